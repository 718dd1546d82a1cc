/**
 * How fast words are read: sentence by sentence in this process when warm, long texts, and `tender parse` as a program.
 * Times are of the processor, not of the wall, so that other work on the machine does not count; helper threads of Node do.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parse, type ParseContext } from '../../intents/parse/index.ts';
import { rngOf } from '../language/generator/random.ts';
import type { Case } from '../language/score.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const at = (sorted: number[], share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;

/** Milliseconds of processor time that this process has used. */
const busy = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Milliseconds per sentence over the set × 100, after ten rounds that are not counted. */
export function measureSentences(cases: readonly Case[], context: ParseContext, rounds = 100): { p50: number; p99: number } {
  const contexts = new Map([...new Set(cases.map(({ locale }) => locale))].map((locale) => [locale, { ...context, locale }]));
  const times: number[] = [];
  for (let round = -10; round < rounds; round++) {
    for (const { text, locale } of cases) {
      const own = contexts.get(locale) as ParseContext;
      const start = busy();
      parse(text, own);
      if (round >= 0) times.push(busy() - start);
    }
  }
  times.sort((a, b) => a - b);
  return { p50: at(times, 0.5), p99: at(times, 0.99) };
}

const fill = (part: string, length: number) => part.repeat(Math.ceil(length / part.length)).slice(0, length);
/** Texts of a length that would cost most where work grew faster than length. */
function longTexts(length: number): Record<string, string> {
  const texts = Object.fromEntries(Object.entries(PARTS).map(([name, part]) => [name, fill(part, length)]));
  // Mixtures, from a seed: what no single part provokes.
  const rng = rngOf(690);
  for (let mix = 0; mix < 30; mix++) texts[`mixture ${mix}`] = fill(Array.from({ length: rng.int(2, 12) }, () => rng.pick(Object.values(PARTS))).join(rng.pick(['', ' ', ', '])), length);
  return texts;
}
const PARTS: Record<string, string> = {
  sentences: 'swap 1 ETH to USDC on Base and then ', words: 'please swap my all the of ', numbers: '1 2.5 3,000 ', digits: '1234567890', separators: '1.234.', tokens: 'ETH USDC DAI ',
  letters: 'a', chinese: '把一千五百个ETH换成USDC然后', japanese: '１．５ETHをUSDCに交換して、', han: '一二三百千万亿', german: 'zweihundertfünfundzwanzigtausend', english: 'two thousand five hundred and ',
  quotes: '"swap 1 ETH" ', brackets: '((', marks: '!?.,;: ', emoji: '🙏🚀', addresses: '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045 ', hex: '0xaaaa', names: 'a.eth ', hyphens: 'a-b-',
  spaces: 'swap                    1 ETH', lines: '\n', durations: 'within 10 minutes for 3 days ', chains: 'from Base to Arbitrum on ', negations: 'not no never ', conditions: 'if ETH hits 4000 when ', dates: 'by 03/04/2027 Dec 1 ',
};

/** The slowest text of that many characters, as the median of five readings when warm, and how many became a draft. */
export function measureLong(context: ParseContext, length = 10_000): { worst: number; name: string; drafts: number } {
  let [worst, name, drafts] = [0, '', 0];
  for (const [kind, text] of Object.entries(longTexts(length))) {
    const times = Array.from({ length: 7 }, () => {
      const start = busy();
      if ('draft' in parse(text, context)) drafts++;
      return busy() - start;
    }).slice(2);
    const median = at(times.sort((a, b) => a - b), 0.5);
    if (median > worst) [worst, name] = [median, kind];
  }
  return { worst, name, drafts };
}

/** Seconds of processor time of another process, where the system tells (Linux: clock ticks of 10 ms). */
function busyOf(pid: number | undefined): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return undefined;
  }
}

/**
 * Lines per second of the real program: its start is excluded by waiting for the answer to one line before the clock starts.
 * The lines are then written as fast as the pipe takes them, and the clock stops with the last answer.
 * `cpu` is per second of the program's own processor time, or of the wall where that is not known.
 */
export async function measureParse(cases: readonly Case[]): Promise<{ cpu: number; wall: number }> {
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'tender.mjs'), 'parse', '--context', join(ROOT, 'test', 'language', 'context.json')], { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const now = () => ({ cpu: busyOf(child.pid) ?? performance.now() / 1000, wall: performance.now() / 1000 });
  const feed = async () => {
    for (const { id, text, locale } of cases) if (!child.stdin.write(`${JSON.stringify({ id, text, locale })}\n`)) await once(child.stdin, 'drain');
  };
  const all = new Promise<{ cpu: number; wall: number }>((resolve, reject) => {
    let [answers, start] = [0, now()];
    lines.on('line', () => {
      if (answers++ === 0) {
        start = now();
        void feed();
      } else if (answers > cases.length) {
        const end = now();
        resolve({ cpu: cases.length / (end.cpu - start.cpu), wall: cases.length / (end.wall - start.wall) });
        child.stdin.end();
      }
    });
    child.on('error', reject);
    child.on('close', (code) => reject(new Error(`tender parse ended with ${code} after ${answers} of ${cases.length + 1} lines.`)));
  });
  child.stdin.write(`${JSON.stringify({ id: 'first', text: 'swap 1 ETH to USDC' })}\n`);
  return all;
}
