/** Writes decimal strings as the people of a locale do; never in a way that could be a thousand times more or less. */
import type { Rng } from './random.ts';
import type { Tongue } from './tongue.ts';

/** How a number is written: as tags, so that a figure per shape can be told. */
export type Written = { text: string; shape: 'plain' | 'grouped' | 'short' | 'words' | 'exponent' | 'foreign' };

const plain = (value: string, { numbers }: Tongue) => value.replace('.', numbers.decimal);
export const grouped = (value: string, sign: string, decimal: string) => {
  const [whole = '', rest] = value.split('.');
  const digits = whole.replace(/\B(?=(\d{3})+$)/g, sign);
  return rest === undefined ? digits : digits + decimal + rest;
};

/** Writes `value` (decimal, no trailing zeros). `bare`: only digits, for counts and prices. */
export function write(value: string, tongue: Tongue, rng: Rng, bare = false): Written {
  const options: [number, Written][] = [[5, { text: plain(value, tongue), shape: 'plain' }]];
  const [whole = '', rest = ''] = value.split('.');
  // A single sign before three digits is the thousandfold ambiguity; those numbers are asked about elsewhere.
  const safe = (sign: string) => ![',', '.'].includes(sign) || tongue.numbers.decimal === '.' || rest !== '' || whole.length > 6;
  for (const sign of whole.length > 3 ? tongue.numbers.groups : [])
    if (safe(sign)) options.push([3, { text: grouped(value, sign, tongue.numbers.decimal), shape: 'grouped' }]);
  if (!bare) options.push(...shortForms(value, tongue), ...inWords(value, tongue));
  if (!bare && /^[1-9]0{3,}$/.test(value)) options.push([0.3, { text: `${value[0]}e${value.length - 1}`, shape: 'exponent' }]);
  return rng.weigh(options);
}

function shortForms(value: string, tongue: Tongue): [number, Written][] {
  return Object.entries(tongue.numbers.short).flatMap(([factor, forms]) => {
    const scaled = divide(value, Number(factor));
    if (scaled === undefined) return [];
    return forms.map((form): [number, Written] => [1.5, { text: form.replace('{x}', plain(scaled, tongue)), shape: 'short' }]);
  });
}

/** `value / factor` where that is at least 1 and has at most two significant decimals. */
function divide(value: string, factor: number): string | undefined {
  const units = Number(value) / factor;
  if (units < 1 || units >= 1000 || value.includes('.')) return undefined;
  const text = String(units);
  return /^\d{1,3}(\.\d{1,2})?$/.test(text) ? text : undefined;
}

function inWords(value: string, { numbers }: Tongue): [number, Written][] {
  if (value === '0.5') return (numbers.half ?? []).map((text): [number, Written] => [1, { text, shape: 'words' }]);
  if (!/^\d+$/.test(value)) return [];
  const text = numbers.words(Number(value));
  return text === undefined ? [] : [[1, { text, shape: 'words' }]];
}
