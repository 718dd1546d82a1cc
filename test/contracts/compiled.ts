/** Compiles one Solidity file of this folder, away from the project's own artefacts. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Abi, Hex } from 'viem';
import { forgeBinary } from '../../contracts/build.ts';

export type Artefact = { abi: Abi; bytecode: Hex };

/** Artefacts of the named contracts of `test/contracts/FILE`. `options`: more of `forge build`'s. */
export async function compiled<N extends string>(file: string, names: readonly N[], options: readonly string[] = []): Promise<Record<N, Artefact>> {
  const folder = await mkdtemp(join(tmpdir(), 'tender-forge-'));
  try {
    const out = join(folder, 'out');
    await promisify(execFile)(forgeBinary(), ['build', ...options, `test/contracts/${file}`, '--out', out, '--cache-path', join(folder, 'cache')]);
    const read = async (name: N): Promise<[N, Artefact]> => {
      const { abi, bytecode } = JSON.parse(await readFile(join(out, file, `${name}.json`), 'utf8')) as { abi: Abi; bytecode: { object: Hex } };
      return [name, { abi, bytecode: bytecode.object }];
    };
    return Object.fromEntries(await Promise.all(names.map(read))) as Record<N, Artefact>;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
