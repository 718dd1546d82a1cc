import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { recorded } from '../../../api/local/pids.ts';
import { freePortList } from '../../../api/local/ports.ts';
import { gone, identify, isRunning, type ProcessId } from '../../../api/local/processes.ts';
import { type Service, type ServiceOptions, supervise } from '../../../api/local/supervise.ts';
import { place, root, runSource, until } from './place.ts';

/** A service of TypeScript source, run as the network's own are: Node with tsx, from the root. */
const service = (name: string, source: string, more: Partial<Service> = {}): Service => ({
  name,
  command: process.execPath,
  args: ['--import', 'tsx', '--input-type=module', '-e', source],
  cwd: root,
  ...more,
});
const LIFELINE = `import { followParent, tellReady } from './api/local/lifeline.ts'; followParent();`;
const STAY = 'setInterval(() => undefined, 1000);';
const steady = (name: string) => service(name, `${LIFELINE} ${STAY} tellReady();`, { ready: 'message' });

async function run(services: Service[], dir: string, more: Partial<ServiceOptions> = {}) {
  const lines: string[] = [];
  const supervisor = await supervise(services, { dir, log: (line) => lines.push(line), ...more });
  onTestFinished(() => supervisor.stop());
  return { ...supervisor, lines, id: (name: string) => identify(supervisor.pid(name) as number) as ProcessId };
}
const logOf = (dir: string, name: string): string => readFileSync(join(dir, `logs/${name}.log`), 'utf8');

describe('services', () => {
  it('start in order, are ready when they say so, and are recorded with their words in their logs', async () => {
    const dir = place();
    const stamp = (name: string) => `${LIFELINE} console.log('hello from ${name}', Date.now()); ${STAY} setTimeout(tellReady, 300);`;
    const { id } = await run(
      [service('second', stamp('second'), { ready: 'message', after: ['first'] }), service('first', stamp('first'), { ready: 'message' })],
      dir,
    );
    const at = (name: string) => Number(/hello from \w+ (\d+)/.exec(logOf(dir, name))?.[1]);
    expect(at('second') - at('first')).toBeGreaterThanOrEqual(300);
    expect(logOf(dir, 'first')).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z hello from first \d+\n$/);
    expect(recorded(dir)).toMatchObject({ first: id('first'), second: id('second') });
  });

  it('may say that they are ready by an address', async () => {
    const dir = place();
    const [port] = await freePortList(1);
    const source = `${LIFELINE} import { createServer } from 'node:http'; let n = 0;
      createServer((_, answer) => { console.log('asked'); answer.writeHead(n++ < 2 ? 503 : 200).end(); }).listen(${port}, '127.0.0.1');`;
    await run([service('web', source, { ready: { url: `http://127.0.0.1:${port}/ready` } })], dir);
    expect(logOf(dir, 'web').match(/asked/g)).toHaveLength(3);
  });

  it('come back within a second of kill −9, under the same name', async () => {
    const dir = place();
    const { id, pid, restarts, lines } = await run([steady('one'), steady('other')], dir);
    const [before, other] = [id('one'), id('other')];
    const since = Date.now();
    process.kill(before.pid, 'SIGKILL');
    await until(() => pid('one') !== undefined && pid('one') !== before.pid, 3_000);
    expect(Date.now() - since).toBeLessThan(1_000);
    expect(restarts('one')).toBe(1);
    expect(lines).toEqual(['one ended (SIGKILL); starting it again in 100 ms']);
    expect(isRunning(other)).toBe(true);
    expect(recorded(dir)).toMatchObject({ one: { pid: pid('one') } });
  });

  it('wait longer between crashes, three seconds at most', async () => {
    const dir = place();
    const mark = join(dir, 'started');
    const source = `import { existsSync, writeFileSync } from 'node:fs'; ${LIFELINE}
      if (existsSync('${mark}')) process.exit(3); writeFileSync('${mark}', ''); tellReady(); setTimeout(() => process.exit(3), 50);`;
    const { lines } = await run([service('sick', source, { ready: 'message' })], dir);
    await until(() => lines.length >= 4, 15_000, () => lines.join('\n'));
    expect(lines.slice(0, 4).map((line) => /in (\d+) ms/.exec(line)?.[1])).toEqual(['100', '200', '400', '800']);
  });

  it('take with them what they started', async () => {
    const dir = place();
    const source = `${LIFELINE} import { spawn } from 'node:child_process';
      console.log('grandchild', spawn('sleep', ['1000'], { stdio: 'ignore' }).pid); ${STAY} tellReady();`;
    const { id, stop } = await run([service('parent', source, { ready: 'message' })], dir);
    const grandchild = async () => identify(Number(await until(() => /grandchild (\d+)\n$/.exec(logOf(dir, 'parent'))?.[1]))) as ProcessId;
    const first = await grandchild();
    process.kill(id('parent').pid, 'SIGKILL');
    expect(await gone(first, 2_000)).toBe(true);
    const second = await until(async () => {
      const now = await grandchild();
      return now?.pid === first.pid ? undefined : now;
    });
    await stop();
    expect(await gone(second, 1_000)).toBe(true);
  });

  it('stop one after another, the last first, also one that does not want to', async () => {
    const dir = place();
    const ending = (name: string) => `${LIFELINE} ${STAY} tellReady();
      process.on('SIGTERM', () => { console.log('ended at', Date.now()); setTimeout(() => process.exit(), 200); });`;
    const names = ['first', 'second', 'third'];
    const { stop, id, lines } = await run(names.map((name) => service(name, ending(name), { ready: 'message' })), dir);
    const ids = names.map(id);
    await stop();
    // A busy machine opens the logs late.
    await until(async () => names.every((name) => existsSync(join(dir, `logs/${name}.log`))) || undefined);
    const times = names.map((name) => Number(/ended at (\d+)/.exec(logOf(dir, name))?.[1]));
    expect(times).toEqual([...times].sort().reverse());
    expect((times[1] as number) - (times[2] as number)).toBeGreaterThanOrEqual(200);
    expect(ids.some(isRunning)).toBe(false);
    expect(recorded(dir)).toEqual({});
    expect(lines).toEqual([]);
  });
});

describe('services that cannot start', () => {
  it('are named with their last words, and all others are stopped', async () => {
    const dir = place();
    const sick = service('sick', `console.error('the key is missing'); process.exit(2);`, { ready: 'message' });
    const error = await run([steady('well'), sick], dir).catch((thrown) => thrown);
    expect(error.toJSON()).toEqual({
      code: 'service_failed',
      message: 'sick ended with code 2: the key is missing',
      hint: 'Its words are in logs/sick.log of the data folder.',
      param: 'sick',
    });
    expect(recorded(dir)).toEqual({});
  });

  it('are named when they take too long, or do not exist', async () => {
    const slow = await run([service('slow', STAY, { ready: 'message' })], place(), { readyMs: 500 }).catch((thrown) => thrown);
    expect(slow.message).toBe('slow was not ready within 0.5 s');
    const missing = await run([{ name: 'missing', command: '/no/such/program', args: [] }], place()).catch((thrown) => thrown);
    expect(missing.message).toMatch(/^missing ended with .*ENOENT/);
  });
});

describe('when the supervisor is killed −9', () => {
  const supervisorOf = (dir: string, childSource: string, imports: string[] = []) => runSource(`
    import { supervise } from './api/local/supervise.ts';
    const child = ${JSON.stringify(childSource)};
    const args = ['--import', 'tsx', ...${JSON.stringify(imports)}, '--input-type=module', '-e', child];
    const supervisor = await supervise([{ name: 'child', command: process.execPath, args, ready: 'message' }], { dir: '${dir}' });
    console.log('pid', supervisor.pid('child'));
    setInterval(() => undefined, 1000);
  `);
  const childOf = async (supervisor: ReturnType<typeof supervisorOf>): Promise<ProcessId> =>
    identify(Number(await until(() => /pid (\d+)/.exec(supervisor.said())?.[1], 20_000, supervisor.said))) as ProcessId;

  it('its children end by themselves, in their own way', async () => {
    const dir = place();
    const mark = join(dir, 'farewell');
    const supervisor = supervisorOf(dir, `import { writeFileSync } from 'node:fs'; ${LIFELINE} ${STAY} tellReady();
      process.on('SIGTERM', () => { console.log('nobody reads this'); writeFileSync('${mark}', ''); process.exit(); });`);
    const child = await childOf(supervisor);
    supervisor.kill('SIGKILL');
    expect(await gone(child, 3_000)).toBe(true);
    expect(existsSync(mark)).toBe(true);
  });

  it('a child that knows nothing of it ends too, when it is started with the follower', async () => {
    const dir = place();
    const supervisor = supervisorOf(dir, `process.send({ ready: true }); ${STAY}`, ['--import', './api/local/follow.ts']);
    const child = await childOf(supervisor);
    supervisor.kill('SIGKILL');
    expect(await gone(child, 3_000)).toBe(true);
  });

  it('a child that hangs is stopped by the next start', async () => {
    const dir = place();
    const hang = 'setTimeout(() => { for (const end = Date.now() + 20_000; Date.now() < end;); }, 100);';
    const supervisor = supervisorOf(dir, `${LIFELINE} tellReady(); ${hang}`);
    const child = await childOf(supervisor);
    await new Promise((resolve) => setTimeout(resolve, 300));
    supervisor.kill('SIGKILL');
    expect(await gone(child, 300)).toBe(false);
    const { id } = await run([steady('child')], dir);
    expect(isRunning(child)).toBe(false);
    expect(isRunning(id('child'))).toBe(true);
  });

  it('a recycled pid is left alone', async () => {
    const dir = place();
    writeFileSync(join(dir, 'pids.json'), JSON.stringify({ child: { pid: process.ppid, started: 'another time' } }));
    await run([steady('child')], dir);
    expect(identify(process.ppid)).toBeDefined();
  });
});
