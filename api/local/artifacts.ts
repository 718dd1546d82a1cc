/** Code that only local networks deploy: our test token and wrapped ether, compiled once, and Uniswap v3 from its packages. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Abi, type Hex, keccak256, toHex } from 'viem';
import { TenderError } from '../../intents/errors.ts';
import { writeWhole } from './disk.ts';

export type Artifact = { abi: Abi; bytecode: Hex };
export type LocalName = 'TestToken' | 'WrappedEther';

const root = new URL('../../', import.meta.url);
const cacheFile = fileURLToPath(new URL('contracts/cache/local.json', root));
const require = createRequire(import.meta.url);

/** Our two contracts from `contracts/local`, compiled when their sources or the compiler changed. Throws `compile_failed`. */
export async function localArtifacts(): Promise<Record<LocalName, Artifact>> {
  const input = compilerInput();
  const key = keccak256(toHex(input + (require('solc/package.json') as { version: string }).version));
  const cached = readCache();
  if (cached?.key === key) return cached.artifacts;
  const artifacts = await compile(input);
  try {
    writeWhole(cacheFile, JSON.stringify({ key, artifacts }));
  } catch (error) {
    // A checkout that belongs to another user: the next start compiles again, two seconds.
    if (!(error instanceof TenderError) || error.code !== 'data_not_writable') throw error;
  }
  return artifacts;
}

/** An artefact of a Uniswap package, by its path under `artifacts/contracts`. */
export function uniswapArtifact(name: 'v3-core' | 'v3-periphery', path: string): Artifact {
  const { abi, bytecode } = require(`@uniswap/${name}/artifacts/contracts/${path}.json`) as Artifact;
  return { abi, bytecode };
}

function compilerInput(): string {
  const source = (name: LocalName) => ({ content: readFileSync(new URL(`contracts/local/${name}.sol`, root), 'utf8') });
  return JSON.stringify({
    language: 'Solidity',
    sources: { 'TestToken.sol': source('TestToken'), 'WrappedEther.sol': source('WrappedEther') },
    settings: {
      evmVersion: 'prague',
      optimizer: { enabled: true, runs: 1_000_000 },
      metadata: { bytecodeHash: 'none', appendCBOR: false },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  });
}

type Output = {
  errors?: { severity: string; formattedMessage: string }[];
  contracts?: Record<string, Record<string, { abi: Abi; evm: { bytecode: { object: string } } }>>;
};

/** In a process of its own: the compiler would hold up everything else here for seconds. */
async function compile(input: string): Promise<Record<LocalName, Artifact>> {
  const output = JSON.parse(await runCompiler(input)) as Output;
  const wrong = output.errors?.find((error) => error.severity === 'error');
  if (wrong) throw new TenderError('compile_failed', wrong.formattedMessage);
  const pick = (name: LocalName): Artifact => {
    const found = output.contracts?.[`${name}.sol`]?.[name];
    if (!found) throw new TenderError('compile_failed', `The compiler gave no ${name}.`);
    return { abi: found.abi, bytecode: `0x${found.evm.bytecode.object}` };
  };
  return { TestToken: pick('TestToken'), WrappedEther: pick('WrappedEther') };
}

function runCompiler(input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('contracts/solc.cjs', root)), '--standard-json'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(parts).toString('utf8'));
      else reject(new TenderError('compile_failed', `The Solidity compiler ended with code ${code}.`));
    });
    child.stdin.end(input);
  });
}

function readCache(): { key: Hex; artifacts: Record<LocalName, Artifact> } | undefined {
  try {
    return JSON.parse(readFileSync(cacheFile, 'utf8')) as { key: Hex; artifacts: Record<LocalName, Artifact> };
  } catch {
    return undefined;
  }
}
