import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { postgresPrograms } from '../../../api/local/binaries.ts';
import { recorded } from '../../../api/local/pids.ts';
import { freePortList } from '../../../api/local/ports.ts';
import { type PostgresOptions, startPostgres } from '../../../api/local/postgres.ts';
import { postgresHome } from '../../../api/local/postgresHome.ts';
import { commandOf, identify, isRunning } from '../../../api/local/processes.ts';
import { place, root, runSource, until } from './place.ts';

const isRoot = process.getuid?.() === 0;
/** A child of another user must be able to read the checkout. */
const othersCanRead = [root, ...ancestors(root)].every((path) => (statSync(path).mode & 0o005) === 0o005);

function ancestors(path: string): string[] {
  return path === dirname(path) ? [] : [dirname(path), ...ancestors(dirname(path))];
}

async function databaseIn(dir: string, options: Partial<PostgresOptions> = {}) {
  const lines: string[] = [];
  const database = await startPostgres({ dir, log: (line) => lines.push(line), ...options });
  onTestFinished(() => database.stop());
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  onTestFinished(() => sql.end({ timeout: 1 }));
  return { ...database, sql, lines };
}

let dir: string;
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'tender-test-'))));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('the embedded database, several times on one folder', () => {
  it('begins again when its first start was cut off in the middle', async () => {
    mkdirSync(join(dir, 'postgres.draft'), { recursive: true });
    writeFileSync(join(dir, 'postgres.draft/PG_VERSION'), '18\n');
    const { sql } = await databaseIn(dir);
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
  });

  it('takes 200 connections on 127.0.0.1 with a password, which is nowhere to be read by others', async () => {
    const { sql, url, port, pid } = await databaseIn(dir);
    expect(await sql`select current_setting('max_connections') as n, inet_server_addr()::text as at, current_setting('fsync') as fsync`)
      .toEqual([{ n: '200', at: '127.0.0.1/32', fsync: 'on' }]);
    const password = new URL(url).password;
    expect(password).toMatch(/^[0-9a-f]{48}$/);
    expect(commandOf(pid())).not.toContain(password);
    expect(readFileSync(join(dir, 'logs/postgres.log'), 'utf8')).not.toContain(password);
    expect(statSync(join(dir, 'postgres.password')).mode & 0o777).toBe(0o600);
    const stranger = postgres({ host: '127.0.0.1', port, user: 'tender', password: 'guess', database: 'postgres', max: 1 });
    await expect(stranger`select 1`).rejects.toMatchObject({ code: '28P01' });
    await stranger.end();
  });

  it('keeps its data between runs and stops cleanly', async () => {
    const first = await databaseIn(dir);
    await first.sql`create table kept as select 42 as answer`;
    await first.sql.end();
    await first.stop();
    expect(existsSync(join(dir, 'postgres/postmaster.pid'))).toBe(false);
    expect(recorded(dir)).toEqual({});
    const second = await databaseIn(dir);
    expect(await second.sql`select answer from kept`).toEqual([{ answer: 42 }]);
    expect(readFileSync(join(dir, 'logs/postgres.log'), 'utf8')).not.toContain('was not properly shut down');
  });

  it('is back within 3 s of kill −9, at the same address, with every acknowledged row', async () => {
    const { sql, pid, lines } = await databaseIn(dir);
    await sql`create table rows (n int)`;
    for (let n = 0; n < 20; n++) await sql`insert into rows values (${n})`;
    const before = pid();
    process.kill(before, 'SIGKILL');
    const since = Date.now();
    await until(() => lines.includes('database is back'), 3_000, () => lines.join('\n'));
    expect(Date.now() - since).toBeLessThan(3_000);
    expect(pid()).not.toBe(before);
    expect(await until(() => sql`select count(*)::int as n from rows`.catch(() => undefined))).toEqual([{ n: 20 }]);
  });

  it('is not misled by a pid file that names a living stranger', async () => {
    const first = await databaseIn(dir);
    await first.sql.end();
    await first.stop();
    writeFileSync(join(dir, 'postgres/postmaster.pid'), `${process.pid}\n${join(dir, 'postgres')}\n1\n`);
    const { sql } = await databaseIn(dir);
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
  });
});

describe('when the parent is killed −9', () => {
  const parent = (dir: string) => runSource(`
    import { startPostgres } from './api/local/postgres.ts';
    const database = await startPostgres({ dir: '${dir}' });
    console.log('pid', database.pid());
    setInterval(() => undefined, 1000);
  `);

  it('the database ends, and a start at once finds it or its end', async () => {
    const dir = place();
    const child = parent(dir);
    const pid = await until(() => /pid (\d+)/.exec(child.said())?.[1], 20_000, child.said);
    const old = identify(Number(pid));
    child.kill('SIGKILL');
    const { sql } = await databaseIn(dir);
    expect(old && isRunning(old)).toBe(false);
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
  });
});

it('a postmaster on the same data that nothing recorded is stopped first', async () => {
  const home = postgresHome(dir, postgresPrograms());
  const [port] = await freePortList(1);
  const [command, ...args] = [...home.prefix, join(home.bin, 'postgres'), '-D', join(dir, 'postgres'), '-p', `${port}`];
  const stray = spawn(command as string, [...args, '-c', 'unix_socket_directories='], { stdio: 'ignore', cwd: dir });
  onTestFinished(() => void stray.kill('SIGKILL'));
  const ended = new Promise((resolve) => stray.once('exit', (code) => resolve(code)));
  await until(() => existsSync(join(dir, 'postgres/postmaster.pid')));
  const { sql } = await databaseIn(dir);
  expect(await ended).toBe(0);
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
});

describe.runIf(isRoot)('as root', () => {
  it('runs from copies as an unprivileged user where namespaces are forbidden, also in a folder closed to others', async () => {
    const dir = place();
    const elsewhere = join(place(), '..', `tender-elsewhere-${process.pid}`);
    mkdirSync(elsewhere, { mode: 0o711 });
    onTestFinished(() => rmSync(elsewhere, { recursive: true, force: true }));
    const circumstances = { namespaces: false, elsewhere };
    const first = await databaseIn(dir, { circumstances });
    const owner = statSync(`/proc/${first.pid()}`).uid;
    expect(owner).not.toBe(0);
    await first.sql`create table kept as select 42 as answer`;
    await first.sql.end();
    await first.stop();
    const second = await databaseIn(dir, { circumstances });
    expect(await second.sql`select answer from kept`).toEqual([{ answer: 42 }]);
    await second.sql.end();
    await second.erase();
    expect(existsSync(join(elsewhere, 'postgres'))).toBe(false);
  });

  it.runIf(othersCanRead)('another user runs it from a package that is not theirs and lacks its links', async () => {
    const [dir, packageDir] = [place(), place()];
    const { package: packaged } = postgresPrograms() as { package: string };
    // Hard links: nobody writes to these files.
    execFileSync('cp', ['-al', `${packaged}/.`, packageDir]);
    const links = JSON.parse(readFileSync(join(packageDir, 'native/pg-symlinks.json'), 'utf8')) as { target: string }[];
    for (const { target } of links) rmSync(join(packageDir, target), { force: true });
    chmodSync(packageDir, 0o755);
    chownSync(dir, 65534, 65534);
    const child = runSource(
      `
      import { startPostgres } from './api/local/postgres.ts';
      const programs = { bin: '${packageDir}/native/bin', package: '${packageDir}' };
      const database = await startPostgres({ dir: '${dir}', programs });
      console.log('started as', process.getuid());
      await database.stop();
      console.log('stopped');
    `,
      { uid: 65534, gid: 65534, env: { HOME: dir, TMPDIR: dir } },
    );
    await until(() => child.said().includes('stopped'), 20_000, child.said);
    expect(child.said()).toContain('started as 65534');
    expect(existsSync(join(packageDir, (links[0] as { target: string }).target))).toBe(false);
  });
});
