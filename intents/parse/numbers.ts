/** Numbers as people write them in seven locales; where two readings differ a thousandfold, both come out. */
import { decimal, plus, print, shift, times, tidy, type Decimal } from './decimal.ts';

/** `value` is a tidy decimal; `options` are the possible values of an ambiguous shape; `bad` is no amount at all. */
export type Num = { value: string; options?: string[]; bad?: true; words?: true };
export type ReadNumber = { end: number; num: Num };

const SHAPE = /(?:\d(?:[\d.,'’_]*\d)?|\.\d+)/y;
const SPACED = /\d{1,3}(?:([ \u00a0\u202f])\d{3})(?:\1\d{3})*(?:[.,]\d+)?(?![\d])/y;
const EXPONENT = /[eE]([+-]?\d{1,4})(?![\p{Script=Latin}\d])/uy;
const SUFFIX = /(k|mm|mn|m|bn|b)(?![\p{Script=Latin}\d])/iuy;
const POWER: Record<string, number> = { k: 3, m: 6, mm: 6, mn: 6, b: 9, bn: 9 };
const MOST_DIGITS = 60;

const at = (pattern: RegExp, text: string, index: number) => {
  pattern.lastIndex = index;
  return pattern.exec(text);
};

/** All readings of the number at `index`: plain, with a suffix (`1.5k`), spaced (`10 000,50`). */
export function readNumbers(text: string, index: number, comma: boolean): ReadNumber[] {
  const found: ReadNumber[] = [];
  const spaced = at(SPACED, text, index);
  if (spaced) found.push({ end: index + spaced[0].length, num: spacedNumber(spaced[0], spaced[1] as string, comma) });
  const shape = at(SHAPE, text, index);
  if (!shape) return found;
  const end = index + shape[0].length;
  const num = shapeOf(shape[0], comma);
  const exponent = at(EXPONENT, text, end);
  if (exponent) return [{ end: end + exponent[0].length, num: raised(num, Number(exponent[1])) }];
  const suffix = at(SUFFIX, text, end);
  if (suffix) found.push({ end: end + suffix[0].length, num: scaled(num, POWER[(suffix[1] as string).toLowerCase()] as number) });
  if (!spaced) found.push({ end, num });
  return found;
}

function spacedNumber(text: string, space: string, comma: boolean): Num {
  const num = shapeOf(text.replaceAll(space, ''), comma);
  if (comma || space !== ' ') return num;
  return { ...num, options: num.options ?? [num.value, tidy(text.split(' ').at(-1)?.replace(',', '.') as string)] };
}

/** ×10^power on every reading. */
export function scaled(num: Num, power: number): Num {
  if (num.bad) return num;
  const raise = (value: string) => print(shift(decimal(value), power));
  return { ...num, value: raise(num.value), ...(num.options && { options: num.options.map(raise) }) };
}

function raised(num: Num, power: number): Num {
  if (num.bad || power > 30 || power < -30) return { value: '0', bad: true };
  if (power >= 0) return scaled(num, power);
  const lower = (value: string) => {
    const { units, places } = decimal(value);
    return print({ units, places: places - power });
  };
  return { ...num, value: lower(num.value), ...(num.options && { options: num.options.map(lower) }) };
}

const GROUPED = (mark: string) => new RegExp(`^\\d{1,3}(?:${mark}\\d{3})+$`);
const DOTS = GROUPED('\\.');
const COMMAS = GROUPED(',');
const TICKS = GROUPED("['’_]");

/** One value where the marks leave no doubt, else the values they may stand for. `comma`: the locale's decimal mark is a comma. */
export function shapeOf(text: string, comma: boolean): Num {
  if (text.length > MOST_DIGITS) return { value: '0', bad: true };
  if (/^\d+$/.test(text)) return { value: tidy(text) };
  if (/['’_]/.test(text)) return ticked(text, comma);
  const dots = text.split('.').length - 1;
  const commas = text.split(',').length - 1;
  if (dots && commas) return mixed(text);
  if (dots === 1 && /^\d*\.\d+$/.test(text)) return oneMark(text, '.', comma);
  if (commas === 1 && /^\d+,\d+$/.test(text)) return oneMark(text, ',', comma);
  if (dots > 1 && DOTS.test(text)) return { value: tidy(text.replaceAll('.', '')) };
  if (commas > 1 && COMMAS.test(text)) return { value: tidy(text.replaceAll(',', '')) };
  return { value: '0', bad: true };
}

function ticked(text: string, comma: boolean): Num {
  const mark = text.lastIndexOf('.') > text.lastIndexOf(',') ? '.' : ',';
  const [whole = '', part] = text.split(mark);
  if (!TICKS.test(whole) || (part !== undefined && !/^\d+$/.test(part))) return { value: '0', bad: true };
  const plain = whole.replaceAll(/['’_]/g, '');
  return part === undefined ? { value: tidy(plain) } : shapeOf(`${plain}${mark}${part}`, comma);
}

/** Both marks: the last one is the decimal mark, the other must group exactly. */
function mixed(text: string): Num {
  const mark = text.lastIndexOf('.') > text.lastIndexOf(',') ? '.' : ',';
  const cut = text.lastIndexOf(mark);
  const whole = text.slice(0, cut);
  const grouping = mark === '.' ? COMMAS : DOTS;
  if (!grouping.test(whole)) return { value: '0', bad: true };
  return { value: tidy(`${whole.replaceAll(mark === '.' ? ',' : '.', '')}.${text.slice(cut + 1)}`) };
}

function oneMark(text: string, mark: '.' | ',', comma: boolean): Num {
  const asDecimal = tidy(text.replace(mark, '.'));
  const asGrouped = tidy(text.replace(mark, ''));
  const groups = mark === '.' ? DOTS.test(text) : COMMAS.test(text);
  const mayGroup = groups && !text.startsWith('0');
  const decimalMark = comma ? ',' : '.';
  if (!comma && mark === ',') return mayGroup ? { value: asGrouped } : { value: asDecimal, options: [asDecimal, asGrouped] };
  if (comma && mayGroup) return { value: mark === decimalMark ? asDecimal : asGrouped, options: [asGrouped, asDecimal] };
  return { value: asDecimal };
}

/** Number words of a locale: values, powers of ten, joiners. `glued`: no spaces needed; powers up to `inner` multiply within a group. */
export type NumberWords = {
  units: Record<string, number>;
  scales: Record<string, number>;
  joiners: string[];
  glued: boolean;
  inner: number;
};
type Step = { end: number; value?: number; scale?: number };

/** Characters of a number in words; nobody writes longer ones. */
const LONGEST_WORDS = 80;
const WORD = /[\p{L}\p{M}]/u;

/** Every prefix of the number words at `index` that is a whole number, longest last. `text` is lower case. */
export function readNumberWords(text: string, index: number, words: NumberWords, wordEnd: (at: number) => boolean): ReadNumber[] {
  const found: ReadNumber[] = [];
  let total = 0n;
  let current = 0n;
  let lastScale = Number.POSITIVE_INFINITY;
  let cursor = index;
  for (
    let step = stepAt(text, cursor, words);
    step && cursor - index < LONGEST_WORDS;
    step = stepAt(text, afterJoiner(text, cursor, words), words)
  ) {
    if (step.scale === undefined) {
      if (!fits(current, step.value as number, words)) break;
      current += BigInt(step.value as number);
    } else if (step.scale <= words.inner) {
      const power = 10n ** BigInt(step.scale);
      const tail = words.glued ? current % 10n : current;
      if (tail >= (step.scale === 2 && !words.glued ? 100n : 10n)) break;
      current = current - tail + (tail || 1n) * power;
    } else {
      if (step.scale >= lastScale) break;
      lastScale = step.scale;
      total += (current || 1n) * 10n ** BigInt(step.scale);
      current = 0n;
    }
    cursor = step.end;
    if (wordEnd(cursor)) found.push({ end: cursor, num: { value: (total + current).toString(), words: true } });
  }
  return found;
}

/** `twenty` + `three`, not `two` + `three`; `soixante` + `quinze`; `ein` + `und` + `zwanzig`. */
function fits(current: bigint, value: number, words: NumberWords): boolean {
  if (current === 0n) return true;
  if (value < 10) return value > 0 && current % 10n === 0n;
  if (value < 20) return current % 20n === 0n;
  if (value < 100) return current % 100n === 0n || (words.joiners.includes('und') && current % 100n < 10n);
  return current % 1000n === 0n;
}

function stepAt(text: string, index: number, words: NumberWords): Step | undefined {
  if (index < 0) return undefined;
  for (let length = Math.min(14, text.length - index); length > 0; length--) {
    const word = text.slice(index, index + length);
    const end = index + length;
    if (!words.glued && WORD.test(text[end] ?? ' ')) continue;
    if (Object.hasOwn(words.units, word)) return { end, value: words.units[word] as number };
    if (Object.hasOwn(words.scales, word)) return { end, scale: words.scales[word] as number };
  }
  return undefined;
}

/** Where the next number word may begin: here (glued), or after a space, hyphen and joiner (`and`, `y`, `e`, `und`). */
function afterJoiner(text: string, index: number, words: NumberWords): number {
  let cursor = index;
  const skip = () => {
    while (text[cursor] === ' ' || text[cursor] === '-') cursor++;
  };
  skip();
  if (cursor === index && !words.glued) return -1;
  for (const joiner of words.joiners) {
    if (!text.startsWith(joiner, cursor)) continue;
    if (!words.glued && text[cursor + joiner.length] !== ' ') continue;
    cursor += joiner.length;
    skip();
    break;
  }
  return cursor;
}

/** Whole and fraction: `2 and a half` → 2.5. */
export const withFraction = (whole: string, fraction: string): string => {
  const [over = '1', under = '1'] = fraction.split('/');
  const part: Decimal = times(decimal(over), decimal({ 2: '0.5', 4: '0.25', 5: '0.2', 8: '0.125', 10: '0.1' }[under] ?? '0'));
  return print(plus(decimal(whole), part));
};
