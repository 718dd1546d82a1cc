/** Jobs in a process of their own: same result, no inheritance, and nothing left behind. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { strongestIsolation } from '../../../intents/job/isolation.ts';
import { runJob } from '../../../intents/job/run.ts';
import { runJobIsolated } from '../../../intents/job/sandbox.ts';
import { program, spec } from './programs.ts';

const strongest = await strongestIsolation();
const levels = [...new Set([strongest, 'process'] as const)];

describe.each(levels)('under %s', (isolation) => {
  it.each(['primes', 'recurse', 'flood', 'nan', 'trap', 'hungry'])('%s ends as it does in this process', async (name) => {
    const job = spec(name, '20000');
    const { detail: _, ...here } = runJob(job);
    const { detail: __, ...there } = await runJobIsolated(job, { timeoutMs: 20_000, isolation });
    expect(there).toEqual(here);
  });
  it('is killed when its time is over', async () => {
    const job = runJobIsolated(spec('spin', '', { fuelAtMost: 10n ** 15n }), { timeoutMs: 700, isolation });
    await expect(job).rejects.toMatchObject({ code: 'job_timeout' });
  });
  it('is killed when it is called off', async () => {
    const control = new AbortController();
    setTimeout(() => control.abort(), 400);
    const job = runJobIsolated(spec('spin', '', { fuelAtMost: 10n ** 15n }), { timeoutMs: 20_000, isolation, signal: control.signal });
    await expect(job).rejects.toMatchObject({ code: 'job_aborted' });
  });
  it('refuses what is no program, with the same code', async () => {
    const job = runJobIsolated(spec('primes', '', { module: program('primes').subarray(0, 500) }), { timeoutMs: 20_000, isolation });
    await expect(job).rejects.toMatchObject({ code: 'wasm_malformed' });
  });
  it.runIf(existsSync('/proc/self'))('dies with its parent, even by SIGKILL', async () => {
    const mark = `orphan-${process.pid}-${isolation}`;
    const script = new URL('./orphan.ts', import.meta.url).pathname;
    const parent = spawn(process.execPath, ['--import', 'tsx', script, mark, isolation], { stdio: ['ignore', 'pipe', 'inherit'] });
    const before = await until(() => descendants(parent.pid!).length >= 1 && spinning(parent.pid!));
    expect(before).toBe(true);
    const started = descendants(parent.pid!);
    parent.kill('SIGKILL');
    expect(await until(() => started.every((pid) => !alive(pid)))).toBe(true);
  });
});

const alive = (pid: number) => existsSync(`/proc/${pid}`) && !/^\d+ \(.*\) Z/.test(stat(pid));
const stat = (pid: number) => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '0 (gone) Z 0';
  }
};
const fields = (pid: number) => stat(pid).replace(/^.*\) /, '').split(' ');

function descendants(root: number): number[] {
  const parents = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((name) => [Number(name), Number(fields(Number(name))[1])] as const);
  const found = [root];
  for (let index = 0; index < found.length; index++) found.push(...parents.filter(([, parent]) => parent === found[index]).map(([pid]) => pid));
  return found.slice(1);
}

/** Whether a Node below `root` has used 0.3 s of processor time: the job is running, not starting. */
const spinning = (root: number) =>
  descendants(root).some((pid) => /\(node/.test(stat(pid)) && Number(fields(pid)[11]) >= 30);

async function until(holds: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 200; tries++) {
    if (holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
