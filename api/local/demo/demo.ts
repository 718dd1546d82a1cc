/** `npm run demo`: the eight sentences on a network in a temporary place; ends with 0 if each ended as it must. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadKeys } from '../keys.ts';
import type { SolverName } from '../services.ts';
import { stopOnSignal } from '../shutdown.ts';
import { startNetwork } from '../start.ts';
import type { Line } from './line.ts';
import { play, type Stage } from './play.ts';
import { SENTENCES, type Sentence } from './sentences.ts';

export type DemoOptions = { json: boolean; solvers: readonly SolverName[] };

/** Returns the process's exit code. */
export async function demo({ json, solvers }: DemoOptions): Promise<number> {
  const say = (line: string) => void (json ? process.stderr : process.stdout).write(`${line}\n`);
  const dir = mkdtempSync(join(tmpdir(), 'tender-demo-'));
  say(`starting a network in ${dir}`);
  const network = await startNetwork({ dir, solvers, page: false, log: say });
  const close = async () => {
    await network.erase();
    rmSync(dir, { recursive: true, force: true });
  };
  stopOnSignal(close);
  try {
    say(`ready in ${network.times.start.toFixed(1)} s`);
    const began = performance.now();
    const lines = await playAll({ api: network.api, registry: network.registry, minterKey: loadKeys(dir).minter, say }, (line) => {
      if (json) process.stdout.write(`${JSON.stringify(line)}\n`);
      else say(summary(line));
    });
    const failed = lines.filter(({ good }) => !good).length;
    const total = { passed: lines.length - failed, failed };
    say(`${((performance.now() - began) / 1000).toFixed(1)} s from ready to the last line`);
    if (json) process.stdout.write(`${JSON.stringify(total)}\n`);
    else say(`${total.passed} passed, ${total.failed} failed`);
    return failed === 0 ? 0 : 1;
  } finally {
    await close();
  }
}

/** All sentences side by side, each with its own wallet. */
export function playAll(stage: Stage, onLine: (line: Line) => void): Promise<{ line: Line; good: boolean }[]> {
  return Promise.all(
    SENTENCES.map(async (sentence) => {
      const line = await play(sentence, stage);
      line.blocks = Math.ceil(line.ms / 1000 / (stage.registry.chains[0]?.blockSeconds ?? 1));
      onLine(line);
      return { line, good: isGood(sentence, line) };
    }),
  );
}

export const isGood = (sentence: Sentence, line: Line): boolean => line.wrong.length === 0 && line.checked > 0 && line.outcome === sentence.ends;

function summary(line: Line): string {
  const what = [line.sold && `sold ${line.sold}`, line.bought && `bought ${line.bought}`, line.refund && `back ${line.refund.amount}`, line.code].filter(Boolean).join(', ');
  const mark = line.wrong.length === 0 ? '✓' : '✗';
  const wrong = line.wrong.map((text) => `\n    ✗ ${text}`).join('');
  return `${mark} ${line.sentence}\n    ${line.outcome}${what && `: ${what}`} · ${line.bids ?? 0} bids · ${(line.ms / 1000).toFixed(1)} s · ${line.checked} balances checked${wrong}`;
}
