/**
 * A canonical sentence carries the whole intent, in every locale: ground(parse(describe(i))) = i.
 * `ROUND_TRIPS=100000 npx vitest run test/intents/describe.test.ts` walks that many in all, from the same seed.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describe as say, type Phrasebook } from '../../intents/describe.ts';
import { PHRASEBOOKS } from '../../intents/describe/locales.ts';
import { ground } from '../../intents/ground.ts';
import type { Intent } from '../../intents/intent.ts';
import { contextOf, LOCALES, parse } from '../../intents/parse/index.ts';
import { job, lease, swap } from './arbitraries.ts';
import { NOW, registry, world } from './network.ts';

const RUNS = Number(process.env.ROUND_TRIPS ?? 3_000);
const SEED = 20261124;
const books: [locale: string, book: Phrasebook | undefined][] = [['en', undefined], ...PHRASEBOOKS.map((book): [string, Phrasebook] => [book.locale, book])];
// Three of five are swaps.
const options = (parts: number) => ({ numRuns: Math.ceil((RUNS * parts) / 5 / books.length), seed: SEED });
const TIMEOUT = 300_000;

async function roundTrip(intent: Intent, locale: string, book: Phrasebook | undefined): Promise<Intent | string> {
  const context = contextOf(registry, new Date(NOW * 1000), { locale, lexicons: LOCALES });
  const sentence = say(intent, registry, book);
  const reading = parse(sentence, context);
  if (!('draft' in reading)) return `${sentence} → ${JSON.stringify(reading)}`;
  const result = await ground(reading.draft, world({ chain: 'base', quote: async () => undefined }));
  return 'intent' in result ? { ...result.intent, defaults: {} } : `${sentence} → ${JSON.stringify(result)}`;
}

describe.each(books)('ground(parse(describe(intent))) in %s', (locale, book) => {
  const holds = async (intent: Intent) => {
    expect(await roundTrip(intent, locale, book)).toEqual(intent);
  };
  it('is the intent, for swaps', () => fc.assert(fc.asyncProperty(swap, holds), options(3)), TIMEOUT);
  it('is the intent, for leases', () => fc.assert(fc.asyncProperty(lease, holds), options(1)), TIMEOUT);
  it('is the intent, for jobs', () => fc.assert(fc.asyncProperty(job, holds), options(1)), TIMEOUT);
});
