/** What people download stays light: the SDK with everything in it, and the page. */
import { describe, expect, it } from 'vitest';
import { weighPage, weighSdk } from '../../bench/weight.ts';

describe('weight, gzip', () => {
  it('of the SDK', async () => {
    const { gzip, limit, files } = await weighSdk();
    expect(files).toBe(1);
    expect(gzip).toBeGreaterThan(20_000);
    expect(gzip).toBeLessThanOrEqual(limit);
  }, 60_000);
  it('of the page, with all that it may load later', async () => {
    const { first, all } = await weighPage();
    expect(first.files).toBeGreaterThan(2);
    expect(all.gzip).toBeGreaterThan(first.gzip);
    expect(all.gzip).toBeLessThanOrEqual(all.limit);
  }, 60_000);
});
