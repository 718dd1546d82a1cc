import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startChain } from '../../../api/local/anvil.ts';
import { claimDataFolder } from '../../../api/local/dataFolder.ts';
import { explainDisk, writeWhole } from '../../../api/local/disk.ts';
import { loadKeys } from '../../../api/local/keys.ts';
import { recorded, recordProcess } from '../../../api/local/pids.ts';
import { freePortList } from '../../../api/local/ports.ts';
import { startPostgres } from '../../../api/local/postgres.ts';
import { gone, identify, isRunning, type ProcessId, signalTo } from '../../../api/local/processes.ts';
import { place, root, runSource, until } from './place.ts';

const isRoot = process.getuid?.() === 0;

describe('a data folder', () => {
  it('is made for its owner only, taken, and released', async () => {
    const dir = join(place(), 'deep/data');
    const release = await claimDataFolder(dir);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(recorded(dir)).toMatchObject({ tender: { pid: process.pid } });
    release();
    expect(recorded(dir)).toEqual({});
  });

  it('holds one network at a time', async () => {
    const dir = place();
    const other = runSource(`
      import { claimDataFolder } from './api/local/dataFolder.ts';
      await claimDataFolder('${dir}');
      console.log('claimed');
      setInterval(() => undefined, 1000);
    `);
    await until(() => other.said().includes('claimed'), 15_000, other.said);
    const error = await claimDataFolder(dir).catch((thrown) => thrown);
    expect(error.toJSON()).toEqual({
      code: 'already_running',
      message: `A network already runs in ${dir} (process ${other.pid}).`,
      hint: 'Use it, stop it with Ctrl-C, or set TENDER_DATA to another folder.',
      param: dir,
    });
    const id = identify(other.pid as number) as ProcessId;
    other.kill('SIGKILL');
    await gone(id, 2_000);
    (await claimDataFolder(dir))();
  });

  it('gets rid of what a killed network left running in it', async () => {
    const dir = place();
    const left = ['api', 'chain-base'].map((name) => {
      const child = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
      onTestFinished(() => void child.kill('SIGKILL'));
      recordProcess(dir, name, child.pid as number);
      return identify(child.pid as number) as ProcessId;
    });
    (await claimDataFolder(dir))();
    expect(left.some(isRunning)).toBe(false);
    expect(recorded(dir)).toEqual({});
  });
});

describe('npm start', () => {
  it('ends when its npm is killed −9, and a new start waits for that', async () => {
    const dir = place();
    const project = place();
    const source = `
      import { claimDataFolder } from '${root}/api/local/dataFolder.ts';
      import { stopOnSignal } from '${root}/api/local/shutdown.ts';
      import { writeFileSync } from 'node:fs';
      const release = await claimDataFolder('${dir}');
      stopOnSignal(async () => { await new Promise((r) => setTimeout(r, 300)); writeFileSync('${dir}/stopped', ''); release(); });
      setInterval(() => undefined, 1000);
    `;
    writeFileSync(join(project, 'main.mts'), source);
    const start = `"${process.execPath}" --import "${root}/node_modules/tsx/dist/esm/index.mjs" "${project}/main.mts"`;
    writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, scripts: { start } }));
    const npm = spawn('npm', ['start'], { cwd: project, stdio: 'ignore', detached: true });
    onTestFinished(() => signalTo(-(npm.pid as number), 'SIGKILL'));
    const main = (await until(() => recorded(dir).tender, 15_000)) as ProcessId;
    const npmId = identify(npm.pid as number) as ProcessId;
    npm.kill('SIGKILL');
    await gone(npmId, 2_000);
    (await claimDataFolder(dir))();
    expect(isRunning(main)).toBe(false);
    expect(existsSync(join(dir, 'stopped'))).toBe(true);
  });
});

describe('a folder that cannot be written', () => {
  const sentence = (path: string) => ({
    code: 'data_not_writable',
    message: `The data folder cannot be written: ${path}.`,
    hint: 'Make it writable for this user, or set TENDER_DATA to another folder.',
  });

  it('because a file is in its way', async () => {
    const file = join(place(), 'file');
    writeFileSync(file, '');
    const error = await claimDataFolder(join(file, 'data')).catch((thrown) => thrown);
    expect(error.toJSON()).toMatchObject(sentence(join(file, 'data')));
  });

  it.runIf(isRoot)('because it belongs to another user', async () => {
    const dir = place();
    const data = join(dir, 'data');
    mkdirSync(data, { mode: 0o755 });
    chmodSync(dir, 0o755);
    const child = runSource(
      `import { claimDataFolder } from './api/local/dataFolder.ts';
       await claimDataFolder('${data}').catch((error) => console.log(JSON.stringify(error)));`,
      { uid: 65534, gid: 65534, env: { HOME: '/nonexistent', TMPDIR: '/tmp' } },
    );
    const said = await until(() => /^\{.*\}$/m.exec(child.said())?.[0], 15_000, child.said);
    expect(JSON.parse(said)).toMatchObject(sentence(data));
  });
});

describe('a full disk', () => {
  const full = { code: 'disk_full', message: expect.stringMatching(/^The disk that holds .* is full\.$/) };

  it('is told by what the operating system says', () => {
    const noSpace = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    expect(explainDisk(noSpace, '/data')).toMatchObject(full);
    const other = new Error('else');
    expect(explainDisk(other, '/data')).toBe(other);
  });

  /** A real, tiny disk of `kilobytes`. */
  function tinyDisk(kilobytes: number): string {
    const dir = place();
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', dir]);
    onTestFinished(() => void spawnSync('umount', ['-l', dir]));
    return dir;
  }
  const canMount = isRoot && spawnSync('sh', ['-c', 'd=$(mktemp -d) && mount -t tmpfs tmpfs $d && umount $d && rmdir $d']).status === 0;

  it.runIf(canMount)('is found before anything is started', async () => {
    const error = await claimDataFolder(tinyDisk(1024)).catch((thrown) => thrown);
    expect(error).toMatchObject(full);
  });

  it.runIf(canMount)('leaves the old file whole', () => {
    const dir = tinyDisk(64);
    const keys = loadKeys(dir);
    expect(() => writeWhole(join(dir, 'keys.json'), 'x'.repeat(200_000))).toThrowError(expect.objectContaining(full));
    expect(JSON.parse(readFileSync(join(dir, 'keys.json'), 'utf8'))).toEqual(keys);
  });

  it.runIf(canMount)('is told when a chain cannot be saved any more, and the chain goes on', async () => {
    const dir = tinyDisk(256);
    const lines: string[] = [];
    const [port] = (await freePortList(1)) as [number];
    const chain = await startChain({ id: 31301, name: 'base', port, dir, log: (line) => lines.push(line) });
    onTestFinished(() => chain.stop());
    await until(() => existsSync(join(dir, 'chains/base.json')), 5_000);
    await chain.rpc('anvil_mine', ['0x12c']);
    await until(() => lines.length > 0, 5_000);
    await chain.rpc('anvil_mine', ['0x12c']);
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    expect(lines).toEqual([`chain base: The disk that holds ${join(dir, 'chains/base.json')} is full.`]);
    expect(await chain.rpc('eth_blockNumber')).toBe('0x258');
  });

  it.runIf(canMount)('is told when it stops the database from being made', async () => {
    const dir = tinyDisk(8 * 1024);
    const error = await startPostgres({ dir }).catch((thrown) => thrown);
    expect(error).toMatchObject(full);
    expect(existsSync(join(dir, 'postgres'))).toBe(false);
  });
});
