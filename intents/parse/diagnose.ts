/** Why a text that no reading covers is refused or asked about: the first cause that its left-over words show. */
import type { RefusalCode, Slot } from '../intent.ts';
import type { Item } from './chart.ts';
import type { Cover } from './clause.ts';
import type { At, ChainName, Token } from './meaning.ts';

export type Diagnosis = { reject: RefusalCode; at?: At } | { ask: Slot; at?: At };

const TOKENS = new Set(['swap', 'sell', 'bridge']);
const COMPUTE = new Set(['rent', 'store']);
const COMPUTE_ARGS = new Set(['gpu', 'askgpu', 'cpu', 'program', 'task']);
const TOKEN_ARGS = new Set(['leg', 'pair', 'bareplace']);
const ROLE =
  /(?:^|\n|\[)\s*(?:#+\s*)?(?:system|assistant|developer|user|admin|tool|sistema|système|administrad[oe]r|システム|管理者|系统|系統|管理员)\s*(?:prompt|message|note)?\s*[:：>]|<\|[a-z_]+\|>|\[\/?inst\]|<\/?(?:system|assistant|user|instructions?)>|\bbegin (?:system|admin)\b/i;

/** Words that give orders to a model instead of to the market: role marks, or "ignore … instructions". */
export function injection(text: string, lexemes: readonly Item[]): boolean {
  if (ROLE.test(text)) return true;
  if (lexemes.some(({ cat }) => cat === 'injself')) return true;
  const verbs = lexemes.filter(({ cat }) => cat === 'injverb');
  const objects = lexemes.filter(({ cat }) => cat === 'injobj');
  return verbs.some((verb) => objects.some((object) => Math.abs(object.start - verb.start) < 60));
}

export function diagnose(lexemes: readonly Item[], cover: Cover | undefined): Diagnosis {
  const left = cover?.leftover ?? [];
  const args = cover?.args ?? [];
  const open = new Set(left.map(({ start }) => start));
  const over = lexemes.filter(({ start }) => open.has(start));
  const first = (cat: string) => over.find((item) => item.cat === cat);
  const any = (cat: string) => lexemes.find((item) => item.cat === cat);
  const loose = (cat: string) => lexemes.find((item) => item.cat === cat && !coveredBy(args, item.start));
  const mention = loose('mention') ?? first('quoted');
  if (mention) return { reject: 'not_an_intent', at: mention };
  if (loose('advice')) return { reject: 'advice', at: loose('advice') as Item };
  const neg = first('neg');
  const denial = neg && negated(longest(neg, lexemes), lexemes);
  const corrected = loose('correct');
  // `actually, don't swap`: the correction is the denial.
  const denied = denial && corrected && 'reject' in denial && denial.reject === 'negated' && neg.start >= corrected.end;
  const hidden = loose('if');
  // `等` waits for a price, `等等` for the next thought.
  const condition = first('if') ?? first('unless') ?? (hidden && corrected && hidden.start < corrected.end && hidden.end > corrected.start ? undefined : hidden);
  if (corrected && args.length && !denied && !condition) return { ask: correctedSlot(args), at: corrected };
  if (denial) return denial;
  const bad = lexemes.find(
    ({ cat, value, start }) => (cat === 'verb' && value === 'bad' && !coveredBy(args, start)) || (cat === 'bad' && open.has(start)),
  );
  if (bad) return { reject: 'unsupported_action', at: bad };
  if (condition) return { reject: 'unsupported_condition', at: condition };
  const question = first('question');
  if (question && (question.start <= (lexemes[0] as Item).next || !any('verb'))) return { reject: 'not_an_intent', at: question };
  const elsewhere = over.find(({ cat, value }) => (cat === 'chainname' || cat === 'token') && 'reject' in (value as ChainName | Token));
  if (elsewhere) return { reject: 'unsupported_chain', at: elsewhere };
  if (first('badaddress')) return { reject: 'invalid_address', at: first('badaddress') as Item };
  if (first('or')) return { ask: alternatives(args), at: first('or') as Item };
  if (severalIntents(args, lexemes)) return { reject: 'multiple_intents' };
  const understood = any('verb') || args.some(({ cat }) => TOKEN_ARGS.has(cat) || COMPUTE_ARGS.has(cat));
  const money = any('token') || any('digits') || any('gpumodel') || any('cpuword');
  return understood && money ? { ask: 'intent', ...(left[0] && { at: left[0] }) } : { reject: 'not_an_intent' };
}

const coveredBy = (args: Item[], start: number) => args.some((item) => item.cat !== 'verb' && item.start <= start && start < item.end);

/** `しない` is also the beginning of `しないでください`, `not` the end of `do not`. */
const longest = (item: Item, items: readonly Item[]) =>
  items.filter(({ cat, start, end }) => cat === item.cat && start <= item.start && end >= item.end).reduce((a, b) => (b.end - b.start > a.end - a.start ? b : a), item);

/** A negation before the verb, or as the last word, denies the intent; elsewhere it is a condition that cannot be kept. */
function negated(neg: Item, lexemes: readonly Item[]): Diagnosis {
  const verb = lexemes.find(({ cat, value }) => cat === 'verb' && value !== 'bad' && value !== 'need');
  const last = lexemes.every(({ start, cat }) => start < neg.next || cat === 'skip');
  return verb && verb.start < neg.start && !last ? { reject: 'unsupported_condition', at: neg } : { reject: 'negated', at: neg };
}

function severalIntents(args: Item[], lexemes: readonly Item[]): boolean {
  const verbs = args.filter(({ cat }) => cat === 'verb').map(({ value }) => value as string);
  const tokens = verbs.some((verb) => TOKENS.has(verb)) || args.filter(({ cat }) => TOKEN_ARGS.has(cat)).length > 1;
  const compute = verbs.some((verb) => COMPUTE.has(verb)) || args.some(({ cat }) => COMPUTE_ARGS.has(cat));
  if (tokens && compute) return true;
  const joined = lexemes.some(({ cat }) => cat === 'and' || cat === 'then');
  const legs = args.filter(({ cat }) => TOKEN_ARGS.has(cat) || cat === 'mleg').length;
  if (joined && legs > 2) return true;
  return joined && !lexemes.some(({ cat }) => cat === 'correct') && verbs.filter((verb) => verb !== 'need').length > 1;
}

/** What two things joined by `or` are alternatives of. */
function alternatives(args: Item[]): Slot {
  const many = (...cats: string[]) => args.filter(({ cat }) => cats.includes(cat)).length > 1;
  if (many('place', 'bareplace')) return 'buy.chain';
  if (many('span', 'maxspan')) return 'duration';
  if (many('gpu', 'askgpu')) return 'gpu.model';
  if (args.some(({ cat }) => COMPUTE_ARGS.has(cat))) return 'intent';
  const symbols = args.filter(({ cat }) => TOKEN_ARGS.has(cat)).map(({ value }) => JSON.stringify((value as { token?: unknown }).token));
  return symbols.length > 1 && new Set(symbols).size === 1 ? 'sell.amount' : 'buy.token';
}

function correctedSlot(args: Item[]): Slot {
  const verbs = new Set(args.filter(({ cat }) => cat === 'verb').map(({ value }) => value));
  if (verbs.has('sell') && verbs.has('buy')) return 'direction';
  if (args.filter(({ cat }) => cat === 'place').length > 1) return 'buy.chain';
  return args.filter(({ cat }) => cat === 'leg').length > 1 ? 'sell.amount' : 'intent';
}
