/** A small seeded source of randomness (sfc32): the same seed always gives the same sentences. */
export type Rng = {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform whole number in [low, high]. */
  int(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** By weight: entries are `[weight, value]`. */
  weigh<T>(from: readonly (readonly [number, T])[]): T;
  shuffle<T>(from: readonly T[]): T[];
};

export function rngOf(seed: number): Rng {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, seed ^ 0xdeadbeef];
  const next = () => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let warm = 0; warm < 15; warm++) next();
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const pick = <T>(from: readonly T[]): T => {
    if (from.length === 0) throw new RangeError('Nothing to pick from.');
    return from[int(0, from.length - 1)] as T;
  };
  const weigh = <T>(from: readonly (readonly [number, T])[]): T => {
    let left = next() * from.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of from) if ((left -= weight) < 0) return value;
    return (from.at(-1) as readonly [number, T])[1];
  };
  const shuffle = <T>(from: readonly T[]): T[] => {
    const out = [...from];
    for (let at = out.length - 1; at > 0; at--) {
      const other = int(0, at);
      [out[at], out[other]] = [out[other] as T, out[at] as T];
    }
    return out;
  };
  return { next, int, pick, weigh, shuffle, chance: (probability) => next() < probability };
}
