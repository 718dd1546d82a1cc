/** Times `npm start` in a copy of the tree: cold, with new data, and warm. Prints JSON lines and, without `--json`, a table. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { freePorts, portVariable } from '../../api/local/ports.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** What a fresh clone does not have; `node_modules` is copied by hard links where the system can. */
const NOT_CLONED = ['node_modules', '.git', '.tender', 'contracts/out', 'contracts/cache', 'api/web/dist', 'test/.artefacts'];
const COLD_LIMIT = 75;
const CACHED_LIMIT = 20;

type Timing = { case: string; seconds: number; limit: number };

const finished = (command: string, args: string[]): Promise<number> =>
  new Promise((resolve) => spawn(command, args, { stdio: 'ignore' }).once('error', () => resolve(127)).once('close', (code) => resolve(code ?? 1)));

async function cloneTo(copy: string): Promise<void> {
  const left = new Set(NOT_CLONED.map((path) => path.split('/').join(sep)));
  cpSync(ROOT, copy, { recursive: true, filter: (path) => !left.has(relative(ROOT, path)) });
  const [from, to] = [join(ROOT, 'node_modules'), join(copy, 'node_modules')];
  if ((await finished('cp', ['-al', from, to])) === 0) return;
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}

/** Seconds from the call of npm to "ready"; then stops it as Ctrl-C does. */
async function timeStart(tree: string, data: string): Promise<number> {
  const ports = Object.fromEntries(Object.entries(await freePorts()).map(([part, port]) => [portVariable(part), `${port}`]));
  const began = performance.now();
  const npm = spawn('npm', ['start'], { cwd: tree, detached: true, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, TENDER_DATA: data, ...ports } });
  const ended = new Promise<void>((resolve) => npm.once('close', () => resolve()));
  let said = '';
  const ready = await new Promise<boolean>((resolve) => {
    npm.stdout.on('data', (chunk: Buffer) => /^ready in /m.test((said += chunk.toString())) && resolve(true));
    npm.once('close', () => resolve(false));
  });
  const seconds = (performance.now() - began) / 1000;
  if (ready) process.kill(-(npm.pid as number), 'SIGINT');
  await ended;
  if (!ready) throw new Error(`the network did not start:\n${said}`);
  return Math.round(seconds * 10) / 10;
}

async function main() {
  const place = mkdtempSync(join(tmpdir(), 'tender-bench-'));
  const tree = join(place, 'tree');
  const timings: Timing[] = [];
  const time = async (name: string, data: string, limit: number) => {
    const timing = { case: name, seconds: await timeStart(tree, join(place, data)), limit };
    timings.push(timing);
    console.log(JSON.stringify(timing));
  };
  try {
    await cloneTo(tree);
    if (existsSync(join(tree, 'contracts/out'))) throw new Error('the copy is not as a fresh clone: it holds contracts/out');
    await time('start.cold', 'first', COLD_LIMIT);
    await time('start.cached', 'second', CACHED_LIMIT);
    await time('start.warm', 'second', CACHED_LIMIT);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
  if (!process.argv.includes('--json')) {
    console.log(`\n${'start'.padEnd(14)}${'seconds'.padStart(8)}${'limit'.padStart(8)}   from the call of npm to "ready"`);
    for (const { case: name, seconds, limit } of timings) {
      console.log(`${name.slice('start.'.length).padEnd(14)}${seconds.toFixed(1).padStart(8)}${String(limit).padStart(8)}${seconds > limit ? '   TOO SLOW' : ''}`);
    }
  }
  process.exit(timings.some(({ seconds, limit }) => seconds > limit) ? 1 : 0);
}

await main();
