/** The one-sided 95 % upper bound of a rate: Clopper and Pearson (Biometrika 26, 1934), exact for any count; near 3/n for none. */

/** Probability of at most `k` successes in `n` trials of probability `p`. */
function atMost(k: number, n: number, p: number): number {
  let log = n * Math.log1p(-p);
  let sum = Math.exp(log);
  for (let i = 1; i <= k; i++) {
    log += Math.log((n - i + 1) / i) + Math.log(p) - Math.log1p(-p);
    sum += Math.exp(log);
  }
  return sum;
}

export function upper95(wrong: number, n: number): number {
  if (n === 0 || wrong >= n) return 1;
  let [low, high] = [wrong / n, 1];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (atMost(wrong, n, middle) > 0.05) low = middle;
    else high = middle;
  }
  return high;
}
