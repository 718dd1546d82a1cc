/** Weighs what people download: the SDK with everything bundled, and the chat page. Prints JSON lines and a table. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const ROOT = join(import.meta.dirname, '..', '..');
export type Weight = { what: string; bytes: number; gzip: number; limit: number; files: number };
const KB = 1024;

/** The `.` door as a wallet's bundler would take it in: one module, nothing external. */
export async function weighSdk(): Promise<Weight> {
  const out = mkdtempSync(join(tmpdir(), 'tender-sdk-'));
  try {
    await build({
      root: ROOT,
      configFile: false,
      logLevel: 'error',
      build: { outDir: out, emptyOutDir: true, target: 'es2022', minify: true, lib: { entry: join(ROOT, 'api/client/sdk.ts'), formats: ['es'], fileName: 'sdk' }, rolldownOptions: { output: { minify: true } } },
    });
    return sum('sdk', out, 60 * KB);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** The chat page as it is served: all that index.html needs before it can be used, and all that it loads later. */
export async function weighPage(): Promise<{ first: Weight; all: Weight }> {
  const out = mkdtempSync(join(tmpdir(), 'tender-page-'));
  try {
    await build({ configFile: join(ROOT, 'api/web/vite.config.ts'), logLevel: 'error', build: { outDir: out, emptyOutDir: true } });
    const html = readFileSync(join(out, 'index.html'), 'utf8');
    const named = [...html.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map((match) => join(out, match[1] as string));
    return { first: sum('page.first', out, 250 * KB, [join(out, 'index.html'), ...named]), all: sum('page.all', out, 250 * KB) };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function sum(what: string, folder: string, limit: number, only?: string[]): Weight {
  const files = only ?? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = files.filter((file) => existsSync(file) && !file.endsWith('.map')).map((file) => readFileSync(file));
  return { what, bytes: read.reduce((all, file) => all + file.length, 0), gzip: read.reduce((all, file) => all + gzipSync(file, { level: 9 }).length, 0), limit, files: read.length };
}

async function main() {
  const page = await weighPage();
  const weights = [await weighSdk(), page.first, page.all];
  for (const weight of weights) console.log(JSON.stringify(weight));
  const kb = (bytes: number) => `${(bytes / KB).toFixed(1)} KB`.padStart(10);
  console.log(`\n${'what'.padEnd(12)}${'gzip'.padStart(10)}${'limit'.padStart(10)}${'raw'.padStart(11)}`);
  for (const { what, gzip, limit, bytes } of weights) console.log(`${what.padEnd(12)}${kb(gzip)}${kb(limit)} ${kb(bytes)}${gzip > limit ? '  TOO HEAVY' : ''}`);
  process.exit(weights.some(({ gzip, limit }) => gzip > limit) ? 1 : 0);
}

if (process.argv[1] && relative(process.argv[1], import.meta.filename) === '') await main();
