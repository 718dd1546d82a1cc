/** Runs a job in a process of its own that can reach nothing, and is gone when the job, its time or its parent is. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { TenderError } from '../errors.ts';
import { bundled } from './bundle.ts';
import { decodeResult, encodeJob, frameCollector } from './frame.ts';
import { confine, type Isolation, strongestIsolation, TOOL_PATH } from './isolation.ts';
import { checkSize, type JobResult, type JobSpec } from './run.ts';

export type SandboxOptions = {
  /** Wall time in ms after which the process is killed. Not a result: `job_timeout`. */
  timeoutMs: number;
  signal?: AbortSignal;
  /** Default: the strongest that works here. */
  isolation?: Isolation;
};

/** KiB of native stack. The stack limit that jobs are metered by is a quarter of this, so it is always met first. */
const STACK_KIB = 3900;
const MIB = 2 ** 20;
/** Timers of more than this fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** More than head, standard error and framing can take. */
const FRAME_BYTES = 2 ** 18;

/** Node flags: no file, no child process, no warning. The worker is the one that watches the line to the parent. */
const permission = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';
const FLAGS = ['--no-warnings', `--stack-size=${STACK_KIB}`, '--max-old-space-size=256', permission, '--allow-worker'];

/**
 * Like `runJob`, in a process of its own without environment, files or network (as far as this machine allows).
 * Errors: those of `runJob`, `job_timeout`, `job_aborted`, and `job_host` when the process died.
 */
export async function runJobIsolated(spec: JobSpec, options: SandboxOptions): Promise<JobResult> {
  checkSize(spec);
  const script = await bundled(new URL('./child.ts', import.meta.url));
  const isolation = options.isolation ?? (await strongestIsolation());
  if (options.signal?.aborted) throw aborted();
  const [file, ...args] = confine(isolation, [process.execPath, ...FLAGS, '-'], { programs: [process.execPath] }) as [string, ...string[]];
  const child = spawn(file, args, { env: { PATH: TOOL_PATH }, cwd: '/', detached: true, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
  const ended = outcome(child, spec.outputMiB * MIB + FRAME_BYTES, options);
  child.stdin!.on('error', () => {}).end(script);
  (child.stdio[3] as Duplex).on('error', () => {}).write(encodeJob(spec));
  return decode(await ended);
}

const aborted = () => new TenderError('job_aborted', 'The job was stopped before it ended.');
const died = (why: string) =>
  new TenderError('job_host', `The process of the job died${why && `: ${why}`}.`, { hint: 'The result is open; try another machine.' });

/** Kills the child's whole process group; it may be gone already. */
function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

/** Collects what the child writes until it has said all, was stopped, or said too much. Leaves no process behind. */
function outcome(child: ChildProcess, most: number, { timeoutMs, signal }: SandboxOptions): Promise<{ output: Buffer; complaint: string }> {
  return new Promise((resolve, reject) => {
    const answer = frameCollector();
    let complaint = '';
    let failure: TenderError | undefined;
    const stop = (error: TenderError) => {
      failure ??= error;
      killGroup(child);
    };
    const abort = () => stop(aborted());
    const timer = setTimeout(() => stop(new TenderError('job_timeout', `The job did not end within ${timeoutMs} ms.`)), Math.min(timeoutMs, LONGEST_TIMER_MS));
    signal?.addEventListener('abort', abort, { once: true });
    child.stdout!.on('data', (chunk: Buffer) => {
      if (answer.add(chunk)) killGroup(child);
      if (answer.size() > most) stop(died('it answered more than a job can'));
    });
    child.stderr!.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(0, 500)));
    child.on('error', (error) => (failure ??= died(error.message)));
    child.on('close', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      for (const stream of child.stdio) stream?.destroy();
      if (failure) return reject(failure);
      resolve({ output: answer.bytes(), complaint });
    });
  });
}

function decode({ output, complaint }: { output: Buffer; complaint: string }): JobResult {
  try {
    return decodeResult(new Uint8Array(output));
  } catch (error) {
    if (error instanceof TenderError) throw error;
    throw died(complaint.trim().split('\n').at(-1) ?? '');
  }
}
