import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { commandOf, endProcess, identify, isRunning, parentOf, type ProcessId, signalTo } from '../../../api/local/processes.ts';

it('knows a process by its pid and start, its parent and its command', () => {
  const me = identify(process.pid) as ProcessId;
  expect(isRunning(me)).toBe(true);
  expect(isRunning({ ...me, started: 'another time' })).toBe(false);
  expect(parentOf(process.pid)).toBe(process.ppid);
  expect(commandOf(process.pid)).toContain('node');
  expect(identify(2 ** 22 + 1)).toBeUndefined();
});

it('asks a process to end, and kills it when it does not', async () => {
  const deaf = 'trap "" TERM; echo ready; while :; do sleep 0.1; done';
  const child = spawn('sh', ['-c', deaf], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const id = identify(child.pid as number) as ProcessId;
  const since = Date.now();
  await endProcess(id, { graceMs: 200, group: true });
  expect(isRunning(id)).toBe(false);
  expect(Date.now() - since).toBeGreaterThanOrEqual(200);
  await expect(endProcess(id)).resolves.toBeUndefined();
});

it.each([0, -0, 1, -1, Number.NaN, 1.5])('never signals %d, which would reach more than one meant', (pid) => {
  expect(() => signalTo(pid, 'SIGTERM')).toThrowError(/^no process has the id/);
});
