/** Builds the chat page with Vite, unless nothing that it is made of has changed. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TenderError } from '../../intents/errors.ts';
import { writeWhole } from './disk.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DIST = join(ROOT, 'api/web/dist');
const STAMP = join(DIST, '.stamp');
/** What the page is made of. */
const SOURCES = ['api/web', 'api/client', 'intents', 'contracts/client', 'package-lock.json'];

/** True if Vite had to run. Throws `page_failed` with what Vite said. */
export async function buildPage(): Promise<boolean> {
  const now = fingerprint();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === now) return false;
  await vite();
  writeWhole(STAMP, now);
  return true;
}

function fingerprint(): string {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap((source) => filesOf(join(ROOT, source)))) hash.update(relative(ROOT, file)).update(readFileSync(file));
  return hash.digest('hex');
}

function filesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!path.endsWith('.json') && !/\.\w+$/.test(path)) {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.name !== 'dist' && entry.name !== 'README.md')
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => (entry.isDirectory() ? filesOf(join(path, entry.name)) : [join(path, entry.name)]));
  }
  return [path];
}

function vite(): Promise<void> {
  return new Promise((resolve, reject) => {
    const bin = join(ROOT, 'node_modules/vite/bin/vite.js');
    const child = spawn(process.execPath, [bin, 'build', '--config', 'api/web/vite.config.ts', '--logLevel', 'warn'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let words = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (words += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new TenderError('page_failed', `The page could not be built:\n${words.trim().slice(-2_000)}`));
    });
  });
}
