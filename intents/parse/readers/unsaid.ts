/** What a text says and a proposal cannot: times of day, shares, slippage, conditions, hardware. Then a yes would lose it, and nothing is proposed. */
import type { ParseContext } from '../context.ts';
import { lex } from '../lexer.ts';
import { lexersFor } from '../lexicon/index.ts';

/** Categories of lexemes that no pointer or role can carry. A word that is often innocent (“if you could”) costs only the help. */
const UNSAYABLE = new Set([
  'neg', 'noton', 'unless', 'vague', 'all', 'half', 'fraction', 'fracdigits', 'percent', 'approx', 'sign', 'currency',
  'slip', 'bps', 'partial', 'fillwhole', 'clocktime', 'isodate', 'slashdate', 'instant', 'day', 'clock', 'ampm', 'zone', 'vaguetime', 'month',
  'quoted', 'file', 'imageref', 'badaddress', 'badnum', 'confidential', 'interruptible', 'form', 'interconnect', 'taskword', 'cpuword', 'gb', 'mb', 'vram',
]);

/** What a limit price says, and nothing else can. */
const CONDITION = new Set(['if', 'or', 'rises', 'falls']);

/** `limit`: the proposal is a limit order, or may become one. */
export function saysMore(text: string, context: ParseContext, limit: boolean): boolean {
  const [lexer] = lexersFor(text, context);
  return lexer !== undefined && lex(text, lexer).items.some(({ cat }) => UNSAYABLE.has(cat) || (!limit && CONDITION.has(cat)));
}
