/** Who may import whom, one door per heavy dependency, file sizes, folder names, and the path from sentence to receipt. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const SOURCE = /\.(ts|tsx|mts|mjs)$/;
const GENERATED = new Set(['contracts/client/abi.ts']);
const IGNORED = new Set(['node_modules', 'out', 'cache', 'dist', '.artefacts', '.git', '.tender']);

function walk(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return IGNORED.has(entry.name) ? [] : walk(path);
    return [path];
  });
}
const rooms = ['intents', 'contracts', 'solver', 'api'];
const files = rooms.flatMap(walk);
const sources = files.filter((file) => SOURCE.test(file));
const text = (file: string) => readFileSync(join(ROOT, file), 'utf8');

type Import = { from: string; to: string; typeOnly: boolean };
/** Import and re-export statements, dynamic imports and createRequire calls, as written. */
function importsOf(file: string): Import[] {
  const code = text(file);
  const found: Import[] = [];
  const push = (to: string | undefined, typeOnly: boolean) => to && found.push({ from: file, to, typeOnly });
  for (const match of code.matchAll(/^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm)) push(match[2], Boolean(match[1]));
  for (const match of code.matchAll(/\b(?:import|require)\(\s*'([^']+)'\s*\)/g)) push(match[1], /typeof import\(\s*'$/.test(code.slice(0, match.index)));
  return found;
}
const isLocal = (to: string) => to.startsWith('.');
const target = ({ from, to }: Import) => normalize(join(dirname(from), to));
const packageOf = (to: string) => (to.startsWith('@') ? to.split('/').slice(0, 2).join('/') : (to.split('/')[0] ?? to));
const all = sources.flatMap(importsOf);
const local = all.filter((one) => isLocal(one.to)).map((one) => ({ ...one, file: target(one) }));
const external = all.filter((one) => !isLocal(one.to)).map((one) => ({ ...one, name: packageOf(one.to) }));
const under = (file: string, ...folders: string[]) => folders.some((folder) => file === folder || file.startsWith(`${folder}/`));

describe('who may import whom', () => {
  const MAY: Record<string, string[]> = {
    intents: ['intents'],
    contracts: ['contracts', 'intents'],
    solver: ['solver', 'contracts/client', 'intents', 'api/client'],
    api: ['api', 'contracts/client', 'contracts/build.ts', 'intents'],
  };
  it.each(rooms)('%s', (room) => {
    const wrong = local.filter((one) => under(one.from, room) && !under(one.file, ...(MAY[room] ?? [])));
    expect(wrong.map((one) => `${one.from} → ${one.file}`)).toEqual([]);
  });
  it('sees imports at all', () => expect(local.length).toBeGreaterThan(100));
});

describe('the generator of sentences', () => {
  // Transitively, types too: else its sentences would only show that the parser agrees with itself.
  it('knows neither the parser nor the describer', () => {
    const queue = walk('test/language/generator').filter((file) => SOURCE.test(file) && !file.endsWith('.test.ts'));
    const seen = new Set<string>();
    for (let file = queue.pop(); file; file = queue.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      queue.push(...importsOf(file).filter(({ to }) => isLocal(to)).map(target));
    }
    expect(seen.size).toBeGreaterThan(15);
    expect([...seen].filter((file) => !under(file, 'test/language/generator'))).toEqual([]);
  });
});

describe('one heavy dependency, one door', () => {
  const DOORS: Record<string, string[]> = {
    openai: ['intents/parse/readers'],
    langchain: ['api/assistant'],
    '@langchain/core': ['api/assistant'],
    '@langchain/openai': ['api/assistant'],
    'drizzle-orm': ['api/store'],
    'drizzle-kit': ['api/store'],
    postgres: ['api/store', 'api/local/postgres.ts'],
    '@uniswap/sdk-core': ['solver/venues/uniswapV3.ts'],
    '@uniswap/v3-sdk': ['solver/venues/uniswapV3.ts'],
    '@uniswap/v3-core': ['api/local'],
    '@uniswap/v3-periphery': ['api/local'],
    ethers: ['contracts/client/ethers.ts'],
    hono: ['api'],
    '@hono/node-server': ['api/server'],
    react: ['api/web'],
    'react-dom': ['api/web'],
    wagmi: ['api/web'],
    '@tanstack/react-query': ['api/web'],
    solc: ['contracts', 'api/local/artifacts.ts'],
    vite: ['api/web', 'api/local'],
  };
  it.each(Object.entries(DOORS))('%s', (name, doors) => {
    const users = external.filter((one) => one.name === name);
    expect(users.filter((one) => !under(one.from, ...doors)).map((one) => one.from)).toEqual([]);
  });
  it.each(['openai', 'langchain', 'drizzle-orm', 'postgres', '@uniswap/sdk-core', 'ethers', 'hono', 'viem'])('%s is really used', (name) => {
    expect(external.filter((one) => one.name === name && !one.typeOnly).length).toBeGreaterThan(0);
  });
});

describe('the SDK door', () => {
  it('reaches no server dependency and no Node module', () => {
    const seen = new Set<string>();
    const queue = ['api/client/sdk.ts'];
    const reached: string[] = [];
    while (queue.length > 0) {
      const file = queue.pop() as string;
      if (seen.has(file)) continue;
      seen.add(file);
      for (const one of importsOf(file)) {
        if (one.typeOnly) continue;
        if (isLocal(one.to)) queue.push(target(one));
        else if (!['viem', 'zod'].includes(packageOf(one.to))) reached.push(`${file} → ${one.to}`);
      }
    }
    expect(reached).toEqual([]);
    expect(seen.size).toBeGreaterThan(10);
  });
});

describe('the shape of the tree', () => {
  it('keeps files small enough to read', () => {
    const long = [...sources, ...files.filter((file) => file.endsWith('.sol'))]
      .filter((file) => !GENERATED.has(file))
      .map((file) => ({ file, lines: text(file).split('\n').length }))
      .filter(({ file, lines }) => lines > (file.endsWith('.sol') ? 555 : 350));
    expect(long).toEqual([]);
  });
  it('has no folder that says nothing', () => {
    const empty = files.filter((file) => /(^|\/)(utils?|common|helpers?|types|misc|lib)\//.test(file));
    expect(empty).toEqual([]);
  });
  it('keeps the top level fixed', () => {
    const allowed = new Set([
      'solver', 'contracts', 'intents', 'api', 'test', 'bin', 'package.json', 'package-lock.json', 'foundry.toml', 'tsconfig.json',
      'README.md', 'LICENSE', 'vitest.config.ts', 'node_modules', 'dist', 'coverage', 'cache', 'out',
    ]);
    const extra = readdirSync(ROOT).filter((name) => !name.startsWith('.') && !allowed.has(name));
    expect(extra).toEqual([]);
  });
  it('names each module in its first line', () => {
    const silent = sources.filter((file) => !GENERATED.has(file) && !/^(#!.*\n)?(\/\*\*|\/\/)/.test(text(file)));
    expect(silent).toEqual([]);
  });
  it('reads the environment in few places', () => {
    const readers = sources.filter((file) => /process\.env\b/.test(text(file)) && !/config\.ts$/.test(file));
    expect(readers.filter((file) => !under(file, 'api/local', 'api/cli', 'contracts', 'intents/job', 'solver/rack'))).toEqual([]);
  });
});

describe('documents', () => {
  const readme = text('README.md');
  it('keeps READMEs short', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(120);
    for (const folder of [...rooms, 'test']) expect(text(`${folder}/README.md`).split('\n').length, folder).toBeLessThanOrEqual(80);
  });
  it('walks nine files from sentence to receipt, each leading to the next', () => {
    const section = /## From sentence to receipt\n([\s\S]*?)\n## /.exec(`${readme}\n## `)?.[1] ?? '';
    const nine = [...section.matchAll(/^\d+\. `([^`]+)`/gm)].map((match) => match[1] as string);
    expect(nine).toHaveLength(9);
    for (const file of nine) expect(statSync(join(ROOT, file)).isFile(), file).toBe(true);
    for (const [index, file] of nine.slice(0, -1).entries()) {
      const next = nine[index + 1] as string;
      const imports = SOURCE.test(file) && importsOf(file).some((one) => isLocal(one.to) && target(one) === next);
      const names = text(file).split('\n').slice(0, 30).join('\n').includes(next);
      expect(imports || names, `${file} neither imports nor names ${next}`).toBe(true);
    }
  });
  it('links only to files that exist', () => {
    for (const file of ['README.md', ...[...rooms, 'test'].map((folder) => `${folder}/README.md`)]) {
      for (const match of text(file).matchAll(/\]\((?!https?:)([^)#]+)/g)) {
        const path = join(ROOT, dirname(file), match[1] as string);
        expect(() => statSync(path), `${file} → ${relative(ROOT, path)}`).not.toThrow();
      }
    }
  });
  it('knows no machine but the reader’s', () => {
    const own = new RegExp(['/wo', 'rk/|/ro', 'ot/|/ho', 'me/[a-z]'].join(''));
    const all = [...sources, ...walk('test').filter((file) => SOURCE.test(file)), 'README.md'];
    expect(all.filter((file) => own.test(text(file)))).toEqual([]);
  });
});
