/** The leased machine under every isolation that works here: commands, limits, heartbeats, and nothing left behind. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { strongestIsolation, works } from '../../../intents/job/isolation.ts';
import { type Machine, openMachine } from '../../../solver/rack/machine.ts';

const strongest = await strongestIsolation();
const levels = [...new Set([strongest, ...((await works('bubblewrap')) ? (['bubblewrap'] as const) : []), 'process' as const])];
const lease = { cpuMilli: 1000, memoryMiB: 192, diskGiB: 1, seconds: 120 };
const dir = mkdtempSync(join(tmpdir(), 'tender-rack-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe.each(levels)('a machine under %s', (isolation) => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await openMachine({ ...lease, dir, isolation });
  });
  afterAll(() => machine.dispose());

  it('says how it is isolated and limited', () => {
    expect(machine.isolation).toBe(isolation);
    expect(machine.limits.join('\n')).toContain('192 MiB');
  });
  it('runs commands one after another in the same folder', async () => {
    expect(await machine.run('echo hello > note')).toEqual({ stdout: '', stderr: '', exitCode: 0, truncated: false });
    expect(await machine.run('cat note; echo no >&2; exit 3')).toEqual({ stdout: 'hello\n', stderr: 'no\n', exitCode: 3, truncated: false });
  });
  it('runs several commands at once and tells them apart', async () => {
    const all = await Promise.all(['a', 'b', 'c'].map((letter) => machine.run(`sleep 0.2; echo ${letter}`)));
    expect(all.map(({ stdout }) => stdout)).toEqual(['a\n', 'b\n', 'c\n']);
  });
  it('streams output as it comes, whole letters only', async () => {
    const heard: string[] = [];
    const { stdout } = await machine.run("printf '\\342\\202'; sleep 0.2; printf '\\254'; sleep 0.2; echo end", { onOutput: (_, text) => heard.push(text) });
    expect(stdout).toBe('€end\n');
    expect(heard.join('')).toBe(stdout);
    expect(heard.length).toBeGreaterThan(1);
  });
  it('cuts output at its cap', async () => {
    const ran = await machine.run('head -c 3000000 /dev/zero', { outputBytes: 100_000 });
    expect({ length: ran.stdout.length, truncated: ran.truncated, exitCode: ran.exitCode }).toEqual({ length: 100_000, truncated: true, exitCode: 0 });
  });
  it('kills a command whose time is over, with its children', async () => {
    const ran = await machine.run('sleep 77 | sleep 78', { timeoutMs: 300 });
    expect(ran).toMatchObject({ exitCode: 137, killed: 'time' });
    expect((await machine.run('ps -e -o args 2>/dev/null || true')).stdout).not.toMatch(/sleep 7[78]/);
  });
  it('does not wait for what was left in the background', async () => {
    const before = Date.now();
    expect((await machine.run('sleep 66 & echo started')).stdout).toBe('started\n');
    expect(Date.now() - before).toBeLessThan(5_000);
  });
  it('reports a command that does not exist', async () => {
    expect(await machine.run('no-such-command')).toMatchObject({ exitCode: 127 });
  });
  it('answers a heartbeat with the nonce it was given, and with figures', async () => {
    const beat = await machine.heartbeat('a-fresh-nonce');
    expect(beat.nonce).toBe('a-fresh-nonce');
    expect(beat.seconds).toBeGreaterThan(0);
    expect(beat.cpuSeconds).toBeGreaterThanOrEqual(0);
  });
  it('passes no variable of this process on', async () => {
    process.env['TENDER_SECRET_FOR_TEST'] = 'do-not-tell';
    const { stdout } = await machine.run('env');
    delete process.env['TENDER_SECRET_FOR_TEST'];
    expect(stdout).not.toContain('do-not-tell');
    expect(stdout.split('\n').filter(Boolean).map((one) => one.split('=')[0]).sort())
      .toEqual(['HOME', 'LANG', 'PATH', 'PWD', 'TENDER_LEASE', 'TERM']);
  });
  it.runIf(process.platform === 'linux')('does not let one process have more memory than was leased', async () => {
    const ran = await machine.run("node -e 'const kept = []; for (;;) kept.push(Buffer.alloc(16e6, 1))'", { timeoutMs: 20_000 });
    expect(ran.killed).not.toBe('time');
    expect(ran.exitCode).not.toBe(0);
  });
  it.runIf(process.platform === 'linux')('nor several processes together', async () => {
    const hog = "node -e 'const kept = []; for (let i = 0; i < 6; i++) kept.push(Buffer.alloc(16e6, 1)); setTimeout(() => kept, 9e3)'";
    const ran = await machine.run(`${hog} & ${hog} & ${hog} & wait`, { timeoutMs: 20_000 });
    expect(ran).toMatchObject({ killed: 'memory', exitCode: 137 });
  });
});

describe.runIf(strongest !== 'process')('a walled machine', () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await openMachine({ ...lease, dir });
  });
  afterAll(() => machine.dispose());

  it('cannot reach this machine’s network', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const script = `require('net').connect(${port}, '127.0.0.1').on('connect', () => { console.log('in'); process.exit() }).on('error', (e) => console.log(e.code))`;
    const { stdout } = await machine.run(`node -e "${script}"`);
    server.close();
    expect(stdout).toMatch(/^(ECONNREFUSED|ENETUNREACH)\n$/);
  });
  it('sees no file of this machine but its programs', async () => {
    expect((await machine.run('ls /')).stdout.split('\n')).not.toContain('home');
    expect(await machine.run(`ls ${dir}`)).not.toMatchObject({ exitCode: 0 });
    expect(await machine.run('cat /etc/shadow /etc/passwd')).toMatchObject({ stdout: '' });
    expect(await machine.run('touch /usr/mine || touch /mine')).not.toMatchObject({ exitCode: 0 });
  });
  it('sees no process of this machine', async () => {
    const { stdout } = await machine.run('ls -d /proc/[0-9]* | wc -l');
    expect(Number(stdout)).toBeLessThan(10);
  });
  it('holds no privilege', async () => {
    const { stdout } = await machine.run('grep -E "CapEff|CapBnd|NoNewPrivs" /proc/self/status');
    expect(stdout).toMatch(/CapEff:\s+0+\n/);
    expect(stdout).toMatch(/CapBnd:\s+0+\nNoNewPrivs:\s+1/);
  });
});

describe('the end of a machine', () => {
  it.each(levels)('under %s leaves neither process nor folder, whatever was done inside', async (isolation) => {
    const machine = await openMachine({ ...lease, dir, isolation });
    await machine.run('mkdir -p deep/er; echo x > deep/er/file; chmod 000 deep/er deep; ln -s / out; setsid sleep 4242 & sleep 0.2');
    expect(sleepers(4242)).toBe(1);
    await machine.dispose();
    await machine.ended;
    expect(sleepers(4242)).toBe(0);
    expect(readdirSync(dir).filter((name) => name.startsWith('lease-'))).toEqual([]);
    expect(existsSync('/usr/bin')).toBe(true);
    await expect(machine.run('true')).rejects.toMatchObject({ code: 'machine_gone' });
    await expect(machine.heartbeat('n')).rejects.toMatchObject({ code: 'machine_gone' });
  });
  it('does not come at once for a lease of more than 25 days', async () => {
    const machine = await openMachine({ ...lease, seconds: 2_592_000, dir });
    expect(await machine.run('echo here', { timeoutMs: 2 ** 40 })).toMatchObject({ stdout: 'here\n', exitCode: 0 });
    await machine.dispose();
  });
  it.each(levels)('under %s comes when its seconds are over', async (isolation) => {
    const machine = await openMachine({ ...lease, seconds: 1, dir, isolation });
    const ran = machine.run('sleep 4343');
    await expect(ran).rejects.toMatchObject({ code: 'machine_gone' });
    await machine.ended;
    expect(sleepers(4343)).toBe(0);
    await machine.dispose();
  });
  it.each(levels)('under %s comes with its parent’s, even by SIGKILL', async (isolation) => {
    const script = new URL('./orphan.ts', import.meta.url).pathname;
    const own = mkdtempSync(join(tmpdir(), 'tender-rack-orphan-'));
    chmodSync(own, 0o755);
    const parent = spawn(process.execPath, ['--import', 'tsx', script, own, isolation], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => parent.stdout.once('data', resolve));
    expect(sleepers(4444)).toBe(1);
    parent.kill('SIGKILL');
    for (let tries = 0; tries < 100 && sleepers(4444) > 0; tries++) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(sleepers(4444)).toBe(0);
    rmSync(own, { recursive: true, force: true });
  });
});

/** How many `sleep SECONDS` there are on this machine. */
function sleepers(seconds: number): number {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') === `sleep\0${seconds}\0`;
    } catch {
      return false;
    }
  }).length;
}
