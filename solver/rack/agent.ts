/** The leased machine's own process: runs the buyer's commands within the lease's limits, answers heartbeats, and ends with its parent. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { type Answer, type Ended, type Heartbeat, LINE, lineReader, MARK, REQUEST_CHARACTERS, type Request, type Start } from './line.ts';
import { marked, others, usedBy } from './usage.ts';

const { lease, leaseId, walled } = JSON.parse(process.argv[2]!) as Start;
const opened = Date.now();
const line = new Socket({ fd: LINE, readable: true, writable: true });
const running = new Map<ChildProcess, { kill(why: NonNullable<Ended['killed']>): void }>();
let diskMiB = 0;

const MIB = 2 ** 20;
const PROCESSES = 512;
/** Timers of more than this fire at once. The watch ends leases that are longer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const WATCH_MS = 500;
const DISK_EVERY = 10;
/** How long output may still arrive after a command has ended. */
const DRAIN_MS = 100;

/** Limits of each process; shells name the process limit differently, and some systems lack one or the other. */
const LIMITED = [
  `ulimit -c 0`,
  `ulimit -d ${lease.memoryMiB * 1024}`,
  `ulimit -f ${lease.diskGiB * 2 * MIB}`,
  `ulimit -t ${Math.ceil((lease.seconds * lease.cpuMilli) / 1000) + 1}`,
  `ulimit -u ${PROCESSES} || ulimit -p ${PROCESSES}`,
].map((limit) => `{ ${limit}; } 2>/dev/null || true`).join('\n') + '\nexec sh -c "$1"';

const answer = (message: Answer) => line.write(`${JSON.stringify(message)}\n`);

function run({ id, command, timeoutMs, outputBytes }: Extract<Request, { do: 'run' }>): void {
  const child = spawn('sh', ['-c', LIMITED, 'sh', command], { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: environment() });
  let room = outputBytes;
  let truncated = false;
  let killed: Ended['killed'];
  const kill = (why: NonNullable<Ended['killed']>) => {
    killed ??= why;
    killGroup(child.pid);
  };
  const timer = setTimeout(kill, Math.min(timeoutMs, LONGEST_TIMER_MS), 'time');
  running.set(child, { kill });
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk: Buffer) => {
      truncated ||= chunk.length > room;
      const part = chunk.subarray(0, room);
      room -= part.length;
      if (part.length > 0) answer({ id, out: name, base64: part.toString('base64') });
    });
  }
  const end = (exitCode: number) => {
    if (!running.delete(child)) return;
    clearTimeout(timer);
    // What still runs in the background may write on, unheard.
    room = 0;
    answer({ id, ended: { exitCode, truncated, ...(killed && { killed }) } });
  };
  const codeOf = (code: number | null, signal: NodeJS.Signals | null) => code ?? 128 + (SIGNALS[signal!] ?? 9);
  child.on('error', () => end(127));
  child.on('exit', (code, signal) => setTimeout(end, DRAIN_MS, codeOf(code, signal)));
  child.on('close', (code, signal) => end(codeOf(code, signal)));
}

const SIGNALS: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 1, SIGINT: 2, SIGILL: 4, SIGABRT: 6, SIGFPE: 8, SIGKILL: 9, SIGSEGV: 11, SIGPIPE: 13, SIGTERM: 15, SIGXCPU: 24, SIGXFSZ: 25 };

const environment = () => ({ PATH: process.env['PATH']!, HOME: process.cwd(), LANG: 'C.UTF-8', TERM: 'dumb', [MARK]: leaseId });

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}

/** What the buyer runs: everything else there is in a walled machine, else what bears its mark. */
const tenants = () => (walled ? others() : marked(leaseId));

function killTenants(): void {
  for (const child of running.keys()) killGroup(child.pid);
  for (const pid of tenants()) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has just ended.
    }
  }
}

function heartbeat(nonce: string): Heartbeat {
  const used = tenants().map(usedBy);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return {
    nonce,
    seconds: (Date.now() - opened) / 1000,
    processes: used.length,
    cpuSeconds: sum(used.map(({ cpuSeconds }) => cpuSeconds)) + usedBy(process.pid).childSeconds,
    memoryMiB: Math.ceil(sum(used.map(({ memoryMiB }) => memoryMiB))),
    diskMiB,
  };
}

/** Single processes are limited by the system; together they are watched. */
function watch(round: number): void {
  const overrun = (why: 'memory' | 'disk') => {
    for (const { kill } of running.values()) kill(why);
    killTenants();
  };
  if (heartbeat('').memoryMiB > lease.memoryMiB) overrun('memory');
  if (round % DISK_EVERY === 0) {
    execFile('du', ['-skx', '.'], (_error, stdout) => {
      diskMiB = Math.ceil((Number.parseInt(stdout, 10) || 0) / 1024);
      if (diskMiB > lease.diskGiB * 1024) overrun('disk');
    });
  }
  if (Date.now() - opened > lease.seconds * 1000) return end();
  setTimeout(watch, WATCH_MS, round + 1);
}

function end(): void {
  killTenants();
  process.exit(0);
}

const read = lineReader((text) => {
  const request = JSON.parse(text) as Request;
  if (request.do === 'run') run(request);
  else answer({ id: request.id, heartbeat: heartbeat(request.nonce) });
}, REQUEST_CHARACTERS);

line.setEncoding('utf8');
line.on('data', (chunk: unknown) => read(String(chunk)));
line.on('close', end);
line.on('error', end);
if (lease.seconds * 1000 <= LONGEST_TIMER_MS) setTimeout(end, lease.seconds * 1000);
watch(0);
