/** Turns a program of ours into one self-contained script, so that a confined child process needs no file of this project. */
import { fileURLToPath } from 'node:url';

const bundles = new Map<string, Promise<string>>();

/** The CommonJS text of the module at `url` with all that it imports, except Node's own modules. Made once per process. */
export function bundled(url: URL): Promise<string> {
  const path = fileURLToPath(url);
  const made = bundles.get(path) ?? bundle(path);
  bundles.set(path, made);
  return made;
}

async function bundle(path: string): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minifySyntax: true,
    logLevel: 'silent',
    legalComments: 'none',
  });
  return outputFiles[0]!.text;
}
