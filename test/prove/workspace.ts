/** A copy of the Solidity half of this repository in a temporary folder: proofs break things there, never in the checkout. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { forgeBinary } from '../../contracts/build.ts';
import { type Ran, run } from './tools.ts';

const ROOT = join(import.meta.dirname, '../..');

export type Workspace = {
  root: string;
  forge: (args: readonly string[], options?: { env?: Readonly<Record<string, string>>; timeoutSeconds?: number }) => Promise<Ran>;
  /** Creation code, by contract, put in place of what forge has built. Returns how to put the old one back. */
  swap: (code: Code) => () => void;
  dispose: () => void;
};
/** `path/File.sol:Contract` → creation code, hex without 0x. */
export type Code = ReadonlyMap<string, string>;

/** Copies sources, tests and settings; with `built`, also what forge has built, which saves most of a first build. */
export function workspace(built: boolean): Workspace {
  const root = mkdtempSync(join(tmpdir(), 'tender-prove-'));
  const copy = (path: string, filter?: (source: string) => boolean) => {
    const from = join(ROOT, path);
    if (existsSync(from)) cpSync(from, join(root, path), { recursive: true, ...(filter && { filter }) });
  };
  mkdirSync(join(root, 'test'), { recursive: true });
  for (const path of ['foundry.toml', 'contracts/src', 'contracts/local', 'contracts/examples', 'contracts/solc.cjs', 'api/local/permit2']) copy(path);
  // The gas floor is no part of any test, and too deep for the compiler's old way, in which forge would compile it.
  copy('test/contracts', (source) => !source.endsWith('.ts') && !source.endsWith('Floors.sol'));
  if (built) for (const path of ['contracts/out', 'contracts/cache']) copy(path, (source) => !source.includes('coverage'));
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));

  return {
    root,
    forge: (args, { env, timeoutSeconds } = {}) =>
      run(forgeBinary(), args, { cwd: root, env: { FOUNDRY_DISABLE_NIGHTLY_WARNING: '1', ...env }, ...(timeoutSeconds && { timeoutSeconds }) }),
    swap: (code) => {
      const old = new Map<string, string>();
      for (const [name, object] of code) {
        const [path, contract] = name.split(':') as [string, string];
        for (const file of artefactsOf(root, path, contract)) {
          const text = readFileSync(file, 'utf8');
          old.set(file, text);
          const artefact = JSON.parse(text) as { bytecode: { object: string } };
          artefact.bytecode.object = `0x${object}`;
          writeFileSync(file, JSON.stringify(artefact));
        }
      }
      return () => old.forEach((text, file) => writeFileSync(file, text));
    },
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Contract.json and, where it was compiled in two ways, Contract.PROFILE.json. */
function artefactsOf(root: string, path: string, contract: string): string[] {
  const folder = join(root, 'contracts/out', basename(path));
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.split('.')[0] === contract && file.endsWith('.json')) : [];
  return files.map((file) => join(folder, file));
}

/** Builds contracts first, as their artefacts are what tests deploy, then everything. Throws with forge's output. */
export async function build({ forge }: Workspace): Promise<void> {
  for (const args of [['build', 'contracts/src'], ['build']]) {
    const { code, out } = await forge(args);
    if (code !== 0) throw new Error(out.trim());
  }
}

export const nameOf = (path: string): string => basename(path, '.sol');
export const folderOf = (path: string): string => basename(dirname(path));
