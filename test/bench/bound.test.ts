/** The bound against what is known of it: the closed form for none, the binomial sum it must satisfy, the rule of three. */
import { describe, expect, it } from 'vitest';
import { upper95 } from './bound.ts';

describe('the upper bound of a rate', () => {
  it('has a closed form where nothing went wrong, near three in n', () => {
    expect(upper95(0, 120)).toBeCloseTo(1 - 0.05 ** (1 / 120), 10);
    expect(upper95(0, 20_000) * 20_000).toBeCloseTo(3, 2);
  });
  it('leaves five per cent for as few', () => {
    const p = upper95(1, 440);
    expect((1 - p) ** 440 + 440 * p * (1 - p) ** 439).toBeCloseTo(0.05, 8);
  });
  it('grows with what went wrong, and is never below it', () => {
    for (const wrong of [0, 1, 2, 10, 100]) {
      expect(upper95(wrong + 1, 1000)).toBeGreaterThan(upper95(wrong, 1000));
      expect(upper95(wrong, 1000)).toBeGreaterThan(wrong / 1000);
    }
    expect(upper95(5, 5)).toBe(1);
    expect(upper95(0, 0)).toBe(1);
  });
});
