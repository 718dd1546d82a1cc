/** Each kind of process is killed once while the demo's sentences run: all is back within three seconds, and no money is lost. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SENTENCES } from '../../api/local/demo/sentences.ts';
import { type LocalNetwork, startNetwork } from '../../api/local/start.ts';
import { type Kill, type Storm, storm } from './storm.ts';

const KILLS: Kill[] = [
  { target: 'api', on: 'accepted', nth: 2, withinMs: 6_000 },
  { target: 'attester-1', on: 'delivered', nth: 1, withinMs: 9_000 },
  { target: 'keeper', on: 'delivered', nth: 2, withinMs: 12_000 },
  { target: 'solver-rack', on: 'acknowledged', nth: 2, withinMs: 22_000 },
  { target: 'database', on: 'started', nth: 1, withinMs: 15_000 },
];

describe('the demo, with one of each killed', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tender-chaos-'));
  let network: LocalNetwork;
  let result: Storm;

  beforeAll(async () => {
    network = await startNetwork({ dir, page: false });
    result = await storm(network, dir, SENTENCES, KILLS, { apartMs: 300 });
  }, 300_000);
  afterAll(async () => {
    await network?.erase();
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);

  it('kills each, and each is back within three seconds', () => {
    expect(result.struck.map(({ target }) => target).sort()).toEqual(KILLS.map(({ target }) => target).sort());
    expect(result.struck.filter(({ why, backAfterMs = Number.POSITIVE_INFINITY }) => why.includes('down') || backAfterMs > 3_000)).toEqual([]);
  });
  it.each(SENTENCES.map((sentence) => [sentence.text, sentence] as const))('%s', (text, { ends }) => {
    const line = result.lines.find(({ sentence }) => sentence === text);
    expect(line?.wrong).toEqual([]);
    expect(ends === 'refused' || ends === 'unopened' ? [ends] : ['settled', 'refunded', 'unopened']).toContain(line?.outcome);
  });
});
