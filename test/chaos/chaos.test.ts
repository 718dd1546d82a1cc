/** kill −9 of the keeper, a solver and the database at three points each during twenty orders. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalNetwork, startNetwork } from '../../api/local/start.ts';
import { KILLS } from './kills.ts';
import { chaosOrders } from './orders.ts';
import { type Storm, storm } from './storm.ts';

describe('a storm of kill −9', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tender-chaos-'));
  let network: LocalNetwork;
  let result: Storm;

  beforeAll(async () => {
    network = await startNetwork({ dir, page: false });
    result = await storm(network, dir, chaosOrders(20), KILLS, { apartMs: 1_500 });
  }, 300_000);
  afterAll(async () => {
    await network?.erase();
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);

  it('kills each at three points', () => {
    for (const target of ['keeper', 'solver-inventory', 'database']) {
      expect(result.struck.filter((one) => one.target === target && !one.why.includes('down')), target).toHaveLength(3);
    }
  });
  it('brings each back within three seconds', () => {
    expect(result.struck.filter(({ backAfterMs = 0 }) => backAfterMs > 3_000)).toEqual([]);
  });
  it('brings every order to an end', () => {
    const open = result.lines.filter(({ outcome }) => !['settled', 'refunded', 'unopened'].includes(outcome));
    expect(open.map(({ sentence, outcome, wrong }) => ({ sentence, outcome, wrong }))).toEqual([]);
  });
  it('pays none twice and loses none: every balance of every wallet is what its receipt says', () => {
    expect(result.lines.flatMap(({ sentence, wrong }) => wrong.map((text) => `${sentence}: ${text}`))).toEqual([]);
    expect(result.lines.every(({ checked }) => checked >= 20)).toBe(true);
  });
  it('settles most of them all the same', () => {
    expect(result.lines.filter(({ outcome }) => outcome === 'settled').length).toBeGreaterThanOrEqual(15);
  });
});
