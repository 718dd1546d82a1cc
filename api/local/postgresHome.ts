/** As whom and from where PostgreSQL runs: it refuses root, and its files must be reachable for whoever it runs as. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { PostgresPrograms } from './binaries.ts';
import { explainDisk, makeFolder } from './disk.ts';

export type PostgresHome = {
  /** Folder of `initdb` and `postgres`. */
  bin: string;
  /** Folder in which the cluster's folder lies. */
  parent: string;
  /** The user it runs as, when that is not ours. */
  owner?: { uid: number; gid: number };
  /** The words to put in front of a command. */
  prefix: string[];
};

const NOBODY = 65534;
const IN_NAMESPACE = ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--'];

/** What it depends on; tests name other circumstances than this machine's. */
export type Circumstances = { uid?: number; namespaces?: boolean; elsewhere?: string };

/**
 * Not root: in place. Root: in place as another user of a namespace of its own, where the system allows that;
 * else as an unprivileged user, from copies that this user can reach. Throws `disk_full`, `data_not_writable`.
 */
export function postgresHome(dir: string, programs: PostgresPrograms, circumstances: Circumstances = {}): PostgresHome {
  const uid = circumstances.uid ?? process.getuid?.() ?? 1;
  try {
    const bin = linked(dir, programs);
    makeFolder(dir);
    if (uid !== 0) return { bin, parent: dir, prefix: [] };
    if (circumstances.namespaces ?? namespacesWork(bin)) return { bin, parent: dir, prefix: IN_NAMESPACE };
    return asUnprivileged(dir, bin, circumstances.elsewhere ?? '/var/tmp');
  } catch (error) {
    throw explainDisk(error, dir);
  }
}

const namespacesWork = (bin: string): boolean =>
  spawnSync(IN_NAMESPACE[0] as string, [...IN_NAMESPACE.slice(1), join(bin, 'postgres'), '--version'], { stdio: 'ignore' }).status === 0;

/** The npm package lists symbolic links that an install script makes; without scripts we make them, in a copy if need be. */
function linked(dir: string, programs: PostgresPrograms): string {
  const { package: root, bin } = programs;
  if (root === undefined) return bin;
  try {
    makeLinks(root, root);
    return bin;
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  const copy = join(dir, 'programs');
  if (!existsSync(join(copy, 'native', 'bin', 'postgres'))) copyWhole(join(root, 'native'), join(copy, 'native'));
  makeLinks(root, copy);
  return join(copy, 'native', 'bin');
}

function makeLinks(root: string, target: string): void {
  const links = JSON.parse(readFileSync(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const link of links) {
    const path = join(target, link.target);
    if (lstatSync(path, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(relative(dirname(path), join(target, link.source)), path);
    } catch (error) {
      // Another start may have made it meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function asUnprivileged(dir: string, bin: string, elsewhere: string): PostgresHome {
  const owner = unprivileged();
  const id = createHash('sha256').update(resolve(dir)).digest('hex').slice(0, 12);
  const parent = reachable(dir) ? dir : join(elsewhere, `tender-${id}`);
  mkdirSync(parent, { recursive: true, mode: 0o711 });
  if (reachable(bin)) return { bin, parent, owner, prefix: [] };
  const native = dirname(bin);
  const copy = join(parent, 'programs-unprivileged');
  if (!existsSync(join(copy, 'bin', 'postgres'))) copyWhole(native, copy);
  return { bin: join(copy, 'bin'), parent, owner, prefix: [] };
}

/** The `postgres` user where the machine has one, else nobody. */
function unprivileged(): { uid: number; gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8').split('\n').find((entry) => entry.startsWith('postgres:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : { uid: NOBODY, gid: NOBODY };
}

/** Whether every user can pass through to `path`. */
function reachable(path: string): boolean {
  for (let at = resolve(path); ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

function copyWhole(from: string, to: string): void {
  try {
    cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  } catch (error) {
    rmSync(to, { recursive: true, force: true });
    throw error;
  }
}

/** Makes an empty folder of the owner's, mode 0700. */
export function ownFolder(path: string, home: PostgresHome): void {
  makeFolder(path, 0o700);
  if (home.owner) chownSync(path, home.owner.uid, home.owner.gid);
}
