/** Text → lexemes: every word, number, token, chain, address, name and date that may stand at each position, with UTF-16 spans. */
import { getAddress } from 'viem/utils';
import type { Item } from './chart.ts';
import type { ParseContext } from './context.ts';
import { COMMON } from './lexicon/common.ts';
import { indexOf, type Lexicon, numberWords } from './lexicon/lexicon.ts';
import { all, type Entry, type Trie, walk } from './lexicon/trie.ts';
import type { ChainName, Token } from './meaning.ts';
import { type NumberWords, readNumberWords, readNumbers } from './numbers.ts';
import { FOREIGN_CHAINS, REGION_NAMES } from './names.ts';

/** A lexicon together with the names of a context; built once per pair. */
export type Lexer = {
  lexicon: Lexicon;
  words: Trie;
  numbers: NumberWords;
  verbs: string[];
  names: Trie;
  tokens: Map<string, Token>;
  chains: Map<string, ChainName>;
  gpus: Map<string, string>;
  regions: Map<string, string>;
};

export function lexerFor(context: ParseContext, lexicon: Lexicon): Lexer {
  const tokens = new Map<string, Token>();
  const chains = new Map<string, ChainName>();
  const gpus = new Map<string, string>();
  const regions = new Map<string, string>();
  for (const [word, kind] of Object.entries(context.notAssets))
    tokens.set(word.toLowerCase(), kind === 'clarify' ? { ask: word } : { reject: 'unsupported_chain', word });
  for (const { symbol } of context.tokens) tokens.set(symbol.toLowerCase(), { symbol });
  for (const word of FOREIGN_CHAINS) chains.set(word, { reject: 'unsupported_chain', word });
  for (const { name, aliases } of context.chains) for (const word of [name, ...aliases]) chains.set(word.toLowerCase(), { chain: name });
  for (const model of context.gpuModels) gpuSpellings(model).forEach((spelling) => gpus.set(spelling, model));
  for (const region of context.regions)
    for (const word of [region, ...(REGION_NAMES[region] ?? '').split('|').filter(Boolean)]) regions.set(word, region);
  const names: Record<string, string> = {};
  const list = (cat: string, map: Map<string, unknown>) => {
    if (map.size) names[cat] = [...map.keys()].join('|');
  };
  list('token', tokens);
  list('chainname', chains);
  list('gpumodel', gpus);
  list('regionname', regions);
  const words = indexOf(lexicon.words, COMMON);
  const verbs = [...all(words)].filter(({ cat, phrase }) => cat === 'verb' && phrase.length >= 4 && !phrase.includes(' '));
  return {
    lexicon,
    words,
    numbers: numberWords(lexicon.numbers),
    verbs: verbs.map(({ phrase, value }) => `${phrase}:${value}`),
    names: indexOf(names),
    tokens,
    chains,
    gpus,
    regions,
  };
}

/** `RTX4090` is also written `rtx 4090`, `rtx-4090`, `4090`, `4090s`. */
function gpuSpellings(model: string): string[] {
  const lower = model.toLowerCase();
  const split = /^([a-z]{3,})(\d+)$/.exec(lower);
  const forms = split ? [lower, `${split[1]} ${split[2]}`, `${split[1]}-${split[2]}`, split[2] as string] : [lower];
  return forms.flatMap((form) => [form, `${form}s`]);
}

/** Same length as the text: full-width forms and odd white space become plain, letters lower case. */
export function fold(text: string): string {
  let folded = '';
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const letter = text[index] as string;
    if (code >= 0xff01 && code <= 0xff5e) folded += String.fromCharCode(code - 0xfee0).toLowerCase();
    else if (/\s/.test(letter)) folded += code === 0xa0 || code === 0x202f || code === 0x0a ? letter : ' ';
    else if (letter === '’') folded += "'";
    else {
      const lower = letter.toLowerCase();
      folded += lower.length === 1 ? lower : letter;
    }
  }
  return folded;
}

const LETTER = /[\p{Script=Latin}\p{M}\d_]/u;
const SPACE = /[\s\u00a0\u202f]/;
/** Marks that carry no meaning. Quotation marks, signs, currency and percent are not among them. */
const PUNCTUATION = /[,.;:!?()[\]、。，；：！？（）·…•\u{1F300}-\u{1FAFF}\u2600-\u27bf\ufe0f]/u;
/** A dash between words; before a number it is a sign. */
const DASH = /[-–—](?=\s)/y;
const ADDRESS = /0x[\da-z]*(?:…|\.\.\.?[\da-z]*)?/y;
const ENS = /(?:[a-z\d_-]+\.)+eth(?![\p{Script=Latin}\d_-])/uy;
/** A name of another registry; where a recipient should be it is asked about. */
const DOMAIN = /(?:[a-z][a-z\d_-]*\.)+[a-z]{2,}(?![\p{Script=Latin}\d_.-])/uy;
/** `@charlie`, `bob@example.com`: no address, so it is asked about. */
const HANDLE = /[a-z\d._+-]*@[a-z][\w.-]*/y;
const NAME = /[a-z\d][\w.\-/:@+]*[\w]|[a-z\d]/y;
const WORD = /[\p{Script=Latin}\p{M}\d_]+(?:['-][\p{Script=Latin}\p{M}\d_]+)*/uy;
const KATAKANA = /[\p{Script=Katakana}ー]+/uy;
const QUOTED = /"[^"]*"|“[^”]*”|«[^»]*»|`[^`]*`|「[^」]*」/y;
const CURRENCY: Record<string, string> = { $: 'USD', '€': 'EUR', '£': 'GBP', '¥': '?', '￥': '?' };
const CURRENCY_SIGNS = ['us$', 'r$', 'cn¥', 'jp¥', '$', '€', '£', '¥'];

type Scan = { text: string; folded: string; lexer: Lexer; items: Item[]; starts: Set<number>; next: (end: number) => number };

const exec = (pattern: RegExp, text: string, index: number) => {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0];
};

/** All lexemes. A position that no lexeme explains gets an `unk` covering the word. */
export function lex(text: string, lexer: Lexer): { items: Item[]; begin: number } {
  const folded = fold(text);
  const next = (end: number) => gap(folded, end, lexer);
  const scan: Scan = { text, folded, lexer, items: [], starts: new Set(), next };
  const queue = [next(0)];
  for (let position = queue.pop(); position !== undefined; position = queue.pop()) {
    if (position >= folded.length || scan.starts.has(position)) continue;
    scan.starts.add(position);
    const before = scan.items.length;
    lexAt(scan, position);
    for (let index = before; index < scan.items.length; index++) queue.push((scan.items[index] as Item).next);
  }
  return { items: scan.items, begin: next(0) };
}

const EMOJI = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\u{1f1e6}-\u{1f1ff}\ufe0f\u200d]/uy;
/** A colon or equals sign between a name and its value; inside a clock time or an image reference it is no gap. */
const COLON = /(?<!\b(?:to|an|a|à|para|vers|nach|from))(?:[:：=](?=[^\d/]|$)|(?<![\d\s])[:：=](?=\d))/y;

/** `To: 0x…` on a line of its own is the head of a letter that was pasted, not a wish. */
const header = (folded: string, cursor: number) => /\n[^\n:：=]{1,40}$/.test(folded.slice(0, cursor));

/** Where the next lexeme begins: white space, pictures, colons and words of mere politeness carry nothing. */
function gap(folded: string, end: number, lexer: Lexer): number {
  let cursor = end;
  for (;;) {
    while (cursor < folded.length && SPACE.test(folded[cursor] as string)) cursor++;
    const noise = exec(EMOJI, folded, cursor) ?? (cursor > 0 && !header(folded, cursor) ? exec(COLON, folded, cursor) : undefined);
    const length = polite(folded, cursor, lexer) ?? noise?.length ?? 0;
    if (!length) return cursor;
    cursor += length;
  }
}

/** Length of the filler at `start`; 0 if a longer or equal word of meaning stands there, undefined if nothing known does. */
function polite(folded: string, start: number, lexer: Lexer): number | undefined {
  let longest: number | undefined;
  walk(lexer.words, folded, start, (entries, end) => {
    if (ends(folded, end)) longest = entries.some(({ cat }) => cat === 'filler') && entries.every(({ cat }) => cat === 'filler' || cat === 'okword') ? end - start : 0;
  });
  return longest;
}

function lexAt(scan: Scan, start: number): void {
  const before = scan.items.length;
  // An address is one thing: no number, word or name is looked for inside it.
  if (!hexadecimal(scan, start)) {
    literals(scan, start);
    numbers(scan, start);
    entries(scan, start);
    names(scan, start);
  }
  const known = scan.items.length > before;
  const mark = String.fromCodePoint(scan.folded.codePointAt(start) as number);
  const ignored = (PUNCTUATION.test(mark) && !(mark === '.' && /^(?:^|\s)\.\d/.test(scan.folded.slice(Math.max(0, start - 1), start + 2).padStart(3, ' ')))) || exec(DASH, scan.folded, start) !== undefined;
  if (ignored) add(scan, 'skip', start, start + mark.length, 'mark');
  const word = exec(WORD, scan.folded, start);
  if (word) {
    if (!known) fuzzyVerb(scan, start, word);
    if (!known) add(scan, 'unk', start, start + word.length, scan.text.slice(start, start + word.length));
  } else if (!known && !ignored) {
    // A run of katakana is one foreign word or name.
    const length = exec(KATAKANA, scan.folded, start)?.length ?? mark.length;
    add(scan, /[\p{L}\p{N}]/u.test(mark) && !/\p{Script=Hiragana}/u.test(mark) ? 'unk' : 'odd', start, start + length, scan.text.slice(start, start + length));
  }
}

function add(scan: Scan, cat: string, start: number, end: number, value: unknown): void {
  // `us` alone is a pronoun.
  if (cat === 'regionname' && scan.folded.slice(start, end) !== 'us') add(scan, 'regionalone', start, end, value);
  scan.items.push({ cat, start, end, next: scan.next(end), value });
}

/** A Latin word ends where no letter or digit follows; other scripts need no boundary. */
const ends = (folded: string, end: number) => !LETTER.test(folded[end - 1] ?? ' ') || !LETTER.test(folded[end] ?? ' ');
const wordEnd = (scan: Scan, end: number) => ends(scan.folded, end);

/** Longest first: of two readings that are alike, evidence is taken from the fuller phrase. */
function entries(scan: Scan, start: number): void {
  const hits: { found: Entry[]; end: number }[] = [];
  walk(scan.lexer.words, scan.folded, start, (found, end) => {
    if (wordEnd(scan, end)) hits.push({ found, end });
  });
  for (const { found, end } of hits.reverse())
    for (const { phrase, cat, value } of found) {
      // `US` is a place, `us` a pronoun.
      if (cat === 'filler' || (cat === 'skip' && phrase === 'us' && scan.text.slice(start, end) === 'US')) continue;
      if (cat === 'gpualien' && scan.lexer.gpus.has(phrase)) continue;
      if (cat === 'chainalias') {
        const name = scan.lexer.chains.get(value);
        if (name) add(scan, 'chainname', start, end, name);
      } else add(scan, cat, start, end, value || phrase);
    }
}

/** Tokens, chains, GPUs, regions: exact spelling in any case, longest wins within a kind. */
function names(scan: Scan, start: number): void {
  const { lexer, folded } = scan;
  const ticker = folded[start] === '$' ? start + 1 : start;
  const longest = new Map<string, { phrase: string; end: number }>();
  walk(lexer.names, folded, ticker, (found, end) => {
    if (!wordEnd(scan, end)) return;
    for (const { phrase, cat } of found) {
      if (ticker > start && cat !== 'token') continue;
      if (cat === 'token' && /^[.][a-z\d]/.test(folded.slice(end, end + 2))) continue;
      longest.set(cat, { phrase, end });
    }
  });
  // `OP Mainnet` is no OP on the mainnet, `ETH mainnet` may be ETH there: the rest of the name says which.
  const [token, chain] = [longest.get('token'), longest.get('chainname')];
  const rest = token && chain && chain.end > token.end && lexer.chains.get(chain.phrase.slice(token.phrase.length).trim());
  if (rest && JSON.stringify(rest) !== JSON.stringify(lexer.chains.get(chain.phrase))) longest.delete('token');
  for (const [cat, { phrase, end }] of longest) {
    if (cat === 'token') add(scan, 'token', start, end, lexer.tokens.get(phrase));
    if (cat === 'chainname') add(scan, 'chainname', start, end, lexer.chains.get(phrase));
    if (cat === 'gpumodel') add(scan, 'gpumodel', start, end, lexer.gpus.get(phrase));
    if (cat === 'regionname') add(scan, 'regionname', start, end, lexer.regions.get(phrase));
  }
}

function numbers(scan: Scan, start: number): void {
  const { folded, lexer } = scan;
  const sign = /^[-−+](?=[\d.])/.test(folded.slice(start, start + 2)) && !/[\d\p{Script=Latin}]/u.test(folded[start - 1] ?? ' ');
  const negative = sign && folded[start] !== '+';
  const from = sign ? start + 1 : start;
  const glued = /[\p{Script=Latin}\d]/u.test(folded[start - 1] ?? ' ') && !/(?<![a-z])(?:utc|gmt)$/.test(folded.slice(Math.max(0, start - 4), start));
  if (/[\d.]/.test(folded[from] as string) && !glued) {
    for (const { end, num } of readNumbers(folded, from, lexer.lexicon.comma)) {
      if (/^[.,]\d/.test(folded.slice(end, end + 2))) continue;
      add(scan, 'digits', start, end, negative ? { ...num, bad: true } : num);
      // `LINKを20、`: a number that belongs to nothing behind it.
      if (!/^\s?[a-z$]/.test(folded.slice(end, end + 2))) add(scan, 'endnum', start, end, negative ? { ...num, bad: true } : num);
    }
  }
  if (folded[start] === '½' || folded[start] === '¼' || folded[start] === '¾' || folded[start] === '⅓')
    add(scan, 'fracdigits', start, start + 1, { '½': '1/2', '¼': '1/4', '¾': '3/4', '⅓': '1/3' }[folded[start] as '½']);
  const slash = exec(/\d{1,3}\/\d{1,3}(?![\d/])/y, folded, start);
  if (slash && !slash.startsWith('0')) add(scan, 'fracdigits', start, start + slash.length, slash);
  for (const { end, num } of readNumberWords(folded, start, lexer.numbers, (at) => wordEnd(scan, at)))
    add(scan, 'wordnum', start, end, num);
}

function hexadecimal(scan: Scan, start: number): boolean {
  const hex = exec(ADDRESS, scan.folded, start);
  if (hex) add(scan, hexKind(hex), start, start + hex.length, addressOf(scan.text.slice(start, start + hex.length)));
  return hex !== undefined;
}

/** ENS names, files, image references, quotations, currency signs, dates and clock times. */
function literals(scan: Scan, start: number): void {
  const { folded, text } = scan;
  const ens = exec(ENS, folded, start);
  if (ens) add(scan, 'ens', start, start + ens.length, ens);
  else {
    const domain = exec(DOMAIN, folded, start) ?? exec(HANDLE, folded, start);
    if (domain && !/\.(?:wasm|wat)$/.test(domain)) add(scan, 'domain', start, start + domain.length, domain);
  }
  const quoted = exec(QUOTED, text, start);
  if (quoted) add(scan, 'quoted', start, start + quoted.length, quoted.slice(1, -1));
  for (const sign of CURRENCY_SIGNS) {
    if (!folded.startsWith(sign, start)) continue;
    const known: Record<string, string> = { us$: 'USD', r$: 'BRL', 'cn¥': 'CNY', 'jp¥': 'JPY' };
    add(scan, 'sign', start, start + sign.length, known[sign] ?? CURRENCY[sign]);
    break;
  }
  const name = exec(NAME, folded, start);
  if (name && (/[\d.:/\-@]/.test(name) || name.length > 1)) {
    const said = text.slice(start, start + name.length);
    if (/^[\w.-]+\.(?:wasm|wat)$/.test(name)) add(scan, 'file', start, start + name.length, said);
    else if (/[a-z]/.test(name) && (name.includes('/') || /^[\w.-]+:[\w.-]*[a-z\d]$/.test(name)))
      add(scan, 'imageref', start, start + name.length, said);
    else if (/[a-z]/.test(name) && /[\d-]/.test(name)) add(scan, 'name', start, start + name.length, said);
  }
  timeLiterals(scan, start);
}

const hexKind = (hex: string) => (/^0x[\da-f]{40}$/.test(hex) ? 'address' : 'badaddress');
/** EIP-55 form, or undefined for a checksum that does not hold. */
function addressOf(said: string): string | undefined {
  if (!/^0[xX][\dA-Fa-f]{40}$/.test(said)) return undefined;
  const digits = said.slice(2);
  const proper = getAddress(`0x${digits.toLowerCase()}`);
  const plain = digits === digits.toLowerCase() || digits === digits.toUpperCase();
  return plain || proper.slice(2) === digits ? proper : undefined;
}

function timeLiterals(scan: Scan, start: number): void {
  const { folded } = scan;
  const put = (cat: string, pattern: RegExp, value: (match: string) => unknown) => {
    const match = exec(pattern, folded, start);
    if (match) add(scan, cat, start, start + match.length, value(match));
  };
  if (/\d/.test(folded[start - 1] ?? ' ')) return;
  put('instant', /\d{4}-\d\d-\d\dt\d\d:\d\d(?::\d\d)?(?:\.\d+)?z/y, (match) => match.toUpperCase());
  put('isodate', /\d{4}[-/]\d{1,2}[-/]\d{1,2}(?![\d/t-])/y, (match) =>
    match
      .split(/[-/]/)
      .map((part) => part.padStart(2, '0'))
      .join('-'),
  );
  put('slashdate', /\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2})(?![\d/])/y, (match) => match);
  put('monthday', /(?:\d{4}年)?\d{1,2}月\d{1,2}[日号號]/y, (match) => {
    const [day = '', month = '', year] = (match.match(/\d+/g) as string[]).reverse();
    return year ? `${month}-${day}-${year}` : `${month}-${day}`;
  });
  put('daynum', /\d{1,2}(?:st|nd|rd|th|er|[ºª.])(?![\p{Script=Latin}\d])/uy, (match) => (/\d+/.exec(match) as RegExpExecArray)[0]);
  put('clocktime', /\d{1,2}:\d{2}(?!\d)/y, (match) => match);
  put('clocktime', /\d{1,2}(?::\d{2})? ?(?:am|pm|a\.m\.|p\.m\.)(?![\p{Script=Latin}])/uy, (match) => match);
  put('zone', /\((?:utc|gmt)\)|(?:utc|gmt)(?=\d)/y, (match) => match);
  put('hm', /\d{1,3}h ?\d{1,2}(?:m|min)?(?![\p{Script=Latin}\d])/uy, (match) => match);
}

/** Verbs forgive one slip (Damerau distance 1); names and numbers never do. Upper-case words may be tickers: left alone. */
function fuzzyVerb(scan: Scan, start: number, word: string): void {
  const said = scan.text.slice(start, start + word.length);
  if (word.length < 3 || /\d/.test(word) || (said === said.toUpperCase() && scan.text !== scan.text.toUpperCase())) return;
  const kinds = new Set(
    scan.lexer.verbs.filter((verb) => oneSlip(word, verb.slice(0, verb.indexOf(':')))).map((verb) => verb.split(':')[1]),
  );
  if (kinds.size === 1) add(scan, 'verb', start, start + word.length, [...kinds][0]);
}

export function oneSlip(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  if (a.length === b.length) {
    const swapped = a[i] === b[i + 1] && a[i + 1] === b[i] && a.slice(i + 2) === b.slice(i + 2);
    return swapped || a.slice(i + 1) === b.slice(i + 1);
  }
  return a.length > b.length ? a.slice(i + 1) === b.slice(i) : a.slice(i) === b.slice(i + 1);
}
