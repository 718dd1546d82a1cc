/** Bad input, as a table: each gives a question or a refusal with a stable code, and a sentence in the user's language. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ground } from '../../intents/ground.ts';
import { contextFrom, contextOf, parse } from '../../intents/parse/index.ts';
import { SPEECH, spoken } from '../../intents/speech/index.ts';
import { NOW, registry, world } from './network.ts';

const context = contextFrom(JSON.parse(readFileSync(new URL('../language/context.json', import.meta.url), 'utf8')));
const CHECKSUM = '0x52908400098527886E0F7030069857d2E4169EE7';

/** What it is, the text, and what must come of it: a code, or slots in brackets. */
const BAD: [name: string, text: string, outcome: string | string[]][] = [
  ['nothing', '', 'not_an_intent'],
  ['white space', ' \n\t ', 'not_an_intent'],
  ['a megabyte', 'swap 1 ETH to USDC '.repeat(55_000), 'not_an_intent'],
  ['ten thousand characters', 'a '.repeat(5_000), 'not_an_intent'],
  ['binary', '\u0000\u0001\u0002ÿþ\u0007swap 1 ETH to USDC', 'hidden_characters'],
  ['half a surrogate pair', 'swap 1 ETH to USDC \ud83d', 'hidden_characters'],
  ['emoji only', '🚀🚀🌕💎', 'not_an_intent'],
  ['right-to-left override', 'swap 1 ETH to \u202eCDSU', 'hidden_characters'],
  ['zero-width joiner', 'swap 1 E\u200dTH to USDC', 'hidden_characters'],
  ['Cyrillic homoglyph', 'swap 1 ЕTH to USDC', 'homoglyph'],
  ['Greek homoglyph in a chain', 'swap 1 ETH to USDC on bαse', 'homoglyph'],
  ['full homoglyph token', 'swap 1 ETH to UЅDC', 'homoglyph'],
  ['wrong checksum', `swap 1 ETH to USDC, send it to ${CHECKSUM}`, 'invalid_address'],
  ['short address', 'swap 1 ETH to USDC, send it to 0x1234', 'invalid_address'],
  ['zero address', 'swap 1 ETH to USDC, send it to 0x0000000000000000000000000000000000000000', 'invalid_address'],
  ['nineteen decimals', 'swap 1.1234567890123456789 ETH to USDC', 'invalid_amount'],
  ['seven decimals of USDC', 'swap 1.1234567 USDC to ETH', 'invalid_amount'],
  ['negative', 'swap -5 ETH to USDC', 'invalid_amount'],
  ['zero', 'swap 0 ETH to USDC', 'invalid_amount'],
  ['NaN', 'swap NaN ETH to USDC', 'invalid_amount'],
  ['infinite', 'swap Infinity ETH to USDC', 'invalid_amount'],
  ['hexadecimal', 'swap 0x10 ETH to USDC', 'invalid_amount'],
  ['a hundred digits', `swap ${'9'.repeat(100)} ETH to USDC`, 'invalid_amount'],
  ['past instant', 'swap 1 ETH to USDC by 2020-01-01T00:00:00Z', ['deadline']],
  ['past date and time', 'swap 1 ETH to USDC by 2026-11-21 10:00 UTC', ['deadline']],
  ['two amounts', 'swap exactly 1 ETH to exactly 3000 USDC', ['direction']],
  ['rental longer than its limit', 'rent 1 vCPU for 8 hours, at most 4 hours', ['duration']],
  ['from and to one chain', 'bridge 100 USDC from base to base', 'contradiction'],
  ['one token for itself', 'swap 1 ETH to ETH', 'same_token'],
  ['two orders', 'swap 1 ETH to USDC and rent 4 A100 for 2 hours', 'multiple_intents'],
  ['wide slippage', 'swap 1 ETH to USDC with 50% slippage', ['slippageBps']],
];

describe('bad input', () => {
  it.each(BAD)('%s', (_name, text, outcome) => {
    const reading = parse(text, context);
    const got = 'refusal' in reading ? reading.refusal.code : 'question' in reading ? reading.question.slots : reading;
    expect(got).toEqual(outcome);
    for (const { locale } of SPEECH) {
      const told = spoken(reading, text, { ...context, locale });
      const sentence = 'refusal' in told ? told.refusal.message : 'question' in told ? told.question.sentence : '';
      expect(sentence.length, locale).toBeGreaterThan(3);
      if ('refusal' in told) expect(told.refusal.hint?.length, locale).toBeGreaterThan(3);
      const english = 'refusal' in reading ? reading.refusal.message : 'question' in reading ? reading.question.sentence : '';
      if (locale !== 'en') expect(sentence, locale).not.toBe(english);
    }
  });
  it('takes a megabyte and ten thousand characters in no time', () => {
    const begin = performance.now();
    for (const text of ['x'.repeat(1_000_000), '1 '.repeat(5_000), 'swap '.repeat(2_000)]) parse(text, context);
    expect(performance.now() - begin).toBeLessThan(100);
  });
  it('says where the money is when the world lacks something, in the user’s language', async () => {
    const own = contextOf(registry, new Date(NOW * 1000));
    const poor = world({ balanceOf: async () => 5n * 10n ** 17n, chain: 'base' });
    const reading = parse('swap 1 ETH to USDC', own);
    if (!('draft' in reading)) throw new Error(JSON.stringify(reading));
    const stop = await ground(reading.draft, poor);
    if (!('refusal' in stop)) throw new Error(JSON.stringify(stop));
    expect(stop.refusal.code).toBe('insufficient_balance');
    expect(spoken(stop, 'x', { ...own, locale: 'pt-BR' })).toMatchObject({ refusal: { message: expect.stringMatching(/^Não há ETH suficiente em base: cerca de .*Tudo fica na sua carteira\.$/) as string } });
  });
});
