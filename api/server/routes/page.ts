/** The chat page as it was built, if it was. */
import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';

const DIST = fileURLToPath(new URL('../../web/dist', import.meta.url));
const NOT_BUILT = 'The page is not built: run `npm run build:web`. The API is at /v1, its description at /openapi.json.\n';

/** `dist`: where the built page is. */
export const page = (dist = DIST) => {
  const root = relative(process.cwd(), dist) || '.';
  return new Hono()
    .get('/assets/*', async (c, next) => {
      // Names carry a hash of their content.
      c.header('cache-control', 'public, max-age=31536000, immutable');
      return (await serveStatic({ root })(c, next)) ?? c.notFound();
    })
    .get('/', async (c, next) => {
      if (!existsSync(dist)) return c.text(NOT_BUILT);
      c.header('cache-control', 'no-cache');
      return (await serveStatic({ root, path: 'index.html' })(c, next)) ?? c.text(NOT_BUILT);
    });
};
