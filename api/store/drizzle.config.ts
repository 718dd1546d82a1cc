/** For `npm run db:generate`: writes the SQL of a schema change into `migrations/`. Not used at run time. */
import { defineConfig } from 'drizzle-kit';

export default defineConfig({ dialect: 'postgresql', schema: './api/store/schema.ts', out: './api/store/migrations' });
