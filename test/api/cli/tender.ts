/** Runs `tender` with a home of its own: in this process, or as the real program where that is what is tested. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { runCommand } from '../../../api/cli/command.ts';

export type Ran = { code: number; out: string; err: string; json: Record<string, unknown>[] };
type Place = { home: string; api?: string };
const BIN = join(import.meta.dirname, '..', '..', '..', 'bin', 'tender.mjs');
const NOWHERE = 'http://127.0.0.1:9';
const jsonOf = (out: string) => out.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : []));

/** One at a time: standard output is one for the whole process. */
export async function tender(args: readonly string[], { home, api = NOWHERE }: Place): Promise<Ran> {
  const { TENDER_HOME, TENDER_API } = process.env;
  const writers = { stdout: process.stdout.write, stderr: process.stderr.write };
  let [out, err] = ['', ''];
  Object.assign(process.env, { TENDER_HOME: home, TENDER_API: api });
  process.stdout.write = ((text: string) => ((out += text), true)) as typeof process.stdout.write;
  process.stderr.write = ((text: string) => ((err += text), true)) as typeof process.stderr.write;
  try {
    const code = await runCommand([...args]);
    return { code, out, err, json: jsonOf(out) };
  } finally {
    process.stdout.write = writers.stdout;
    process.stderr.write = writers.stderr;
    for (const [name, value] of Object.entries({ TENDER_HOME, TENDER_API })) value === undefined ? delete process.env[name] : (process.env[name] = value);
  }
}

/** The program in a process of its own. */
export function program(args: readonly string[], { home, api = NOWHERE, input = '' }: Place & { input?: string }): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args], { env: { ...process.env, TENDER_HOME: home, TENDER_API: api }, stdio: ['pipe', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, out, err, json: jsonOf(out) }));
    child.stdin.end(input);
  });
}
