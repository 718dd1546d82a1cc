/** Whole numbers in words, 1 to 9999, as far as people write them out. */

const EN = ['', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'];
const EN_TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
export function english(n: number): string | undefined {
  if (n < 1 || n > 9999) return undefined;
  if (n < 20) return EN[n];
  if (n < 100) return EN_TENS[Math.floor(n / 10)] + (n % 10 ? `-${EN[n % 10]}` : '');
  const [size, name] = n < 1000 ? [100, 'hundred'] : [1000, 'thousand'];
  const rest = english(n % size);
  return `${english(Math.floor(n / size))} ${name}${rest ? ` ${rest}` : ''}`;
}

const DE = ['', 'ein', 'zwei', 'drei', 'vier', 'fünf', 'sechs', 'sieben', 'acht', 'neun', 'zehn', 'elf', 'zwölf', 'dreizehn', 'vierzehn', 'fünfzehn', 'sechzehn', 'siebzehn', 'achtzehn', 'neunzehn'];
const DE_TENS = ['', '', 'zwanzig', 'dreißig', 'vierzig', 'fünfzig', 'sechzig', 'siebzig', 'achtzig', 'neunzig'];
export function german(n: number): string | undefined {
  if (n < 1 || n > 9999) return undefined;
  if (n < 20) return DE[n];
  if (n < 100) return (n % 10 ? `${DE[n % 10]}und` : '') + DE_TENS[Math.floor(n / 10)];
  const [size, name] = n < 1000 ? [100, 'hundert'] : [1000, 'tausend'];
  return `${german(Math.floor(n / size))}${name}${german(n % size) ?? ''}`;
}

const ES = ['', 'un', 'dos', 'tres', 'cuatro', 'cinco', 'seis', 'siete', 'ocho', 'nueve', 'diez', 'once', 'doce', 'trece', 'catorce', 'quince', 'dieciséis', 'diecisiete', 'dieciocho', 'diecinueve'];
const ES_20 = ['veinte', 'veintiún', 'veintidós', 'veintitrés', 'veinticuatro', 'veinticinco', 'veintiséis', 'veintisiete', 'veintiocho', 'veintinueve'];
const ES_TENS = ['', '', '', 'treinta', 'cuarenta', 'cincuenta', 'sesenta', 'setenta', 'ochenta', 'noventa'];
const ES_HUNDREDS = ['', 'ciento', 'doscientos', 'trescientos', 'cuatrocientos', 'quinientos', 'seiscientos', 'setecientos', 'ochocientos', 'novecientos'];
export function spanish(n: number): string | undefined {
  if (n < 1 || n > 9999) return undefined;
  if (n < 20) return ES[n];
  if (n < 30) return ES_20[n - 20];
  if (n < 100) return ES_TENS[Math.floor(n / 10)] + (n % 10 ? ` y ${ES[n % 10]}` : '');
  if (n === 100) return 'cien';
  const [head, rest] = n < 1000 ? [ES_HUNDREDS[Math.floor(n / 100)], n % 100] : [n < 2000 ? 'mil' : `${spanish(Math.floor(n / 1000))} mil`, n % 1000];
  return `${head}${rest ? ` ${spanish(rest)}` : ''}`;
}

const FR = ['', 'un', 'deux', 'trois', 'quatre', 'cinq', 'six', 'sept', 'huit', 'neuf', 'dix', 'onze', 'douze', 'treize', 'quatorze', 'quinze', 'seize', 'dix-sept', 'dix-huit', 'dix-neuf'];
const FR_TENS = ['', '', 'vingt', 'trente', 'quarante', 'cinquante', 'soixante', 'soixante', 'quatre-vingt', 'quatre-vingt'];
export function french(n: number): string | undefined {
  if (n < 1 || n > 9999) return undefined;
  if (n < 20) return FR[n];
  if (n < 100) {
    const tens = Math.floor(n / 10);
    const rest = n - (tens === 7 || tens === 9 ? tens - 1 : tens) * 10;
    if (n === 80) return 'quatre-vingts';
    if (rest === 0) return FR_TENS[tens];
    return `${FR_TENS[tens]}${(rest === 1 || rest === 11) && tens < 8 ? ' et ' : '-'}${FR[rest]}`;
  }
  const size = n < 1000 ? 100 : 1000;
  const [count, rest] = [Math.floor(n / size), n % size];
  const plural = size === 100 && count > 1 && rest === 0 ? 's' : '';
  return `${count > 1 ? `${french(count)} ` : ''}${size === 100 ? 'cent' : 'mille'}${plural}${rest ? ` ${french(rest)}` : ''}`;
}

const PT = ['', 'um', 'dois', 'três', 'quatro', 'cinco', 'seis', 'sete', 'oito', 'nove', 'dez', 'onze', 'doze', 'treze', 'quatorze', 'quinze', 'dezesseis', 'dezessete', 'dezoito', 'dezenove'];
const PT_TENS = ['', '', 'vinte', 'trinta', 'quarenta', 'cinquenta', 'sessenta', 'setenta', 'oitenta', 'noventa'];
const PT_HUNDREDS = ['', 'cento', 'duzentos', 'trezentos', 'quatrocentos', 'quinhentos', 'seiscentos', 'setecentos', 'oitocentos', 'novecentos'];
export function portuguese(n: number): string | undefined {
  if (n < 1 || n > 9999) return undefined;
  if (n < 20) return PT[n];
  if (n < 100) return PT_TENS[Math.floor(n / 10)] + (n % 10 ? ` e ${PT[n % 10]}` : '');
  if (n === 100) return 'cem';
  if (n < 1000) return PT_HUNDREDS[Math.floor(n / 100)] + (n % 100 ? ` e ${portuguese(n % 100)}` : '');
  const rest = n % 1000;
  const head = n < 2000 ? 'mil' : `${portuguese(Math.floor(n / 1000))} mil`;
  // “e” before the last part only: mil e quinhentos, but mil duzentos e trinta.
  return head + (rest ? `${rest < 100 || rest % 100 === 0 ? ' e ' : ' '}${portuguese(rest)}` : '');
}

const HAN = ['', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
/** 两 before 千 and alone; 零 for a gap. */
export function chinese(n: number): string | undefined {
  if (n < 1 || n > 9999) return undefined;
  if (n === 2) return '两';
  let text = '';
  let gap = false;
  for (const [size, name] of [[1000, '千'], [100, '百'], [10, '十'], [1, '']] as const) {
    const digit = Math.floor(n / size) % 10;
    if (digit === 0) {
      gap ||= text !== '';
      continue;
    }
    const sign = digit === 2 && size >= 100 && text === '' ? '两' : digit === 1 && size === 10 && n < 20 ? '' : HAN[digit];
    text += (gap ? '零' : '') + sign + name;
    gap = false;
  }
  return text;
}
export function japanese(n: number): string | undefined {
  if (n < 1 || n > 9999) return undefined;
  let text = '';
  for (const [size, name] of [[1000, '千'], [100, '百'], [10, '十'], [1, '']] as const) {
    const digit = Math.floor(n / size) % 10;
    if (digit) text += (digit === 1 && size > 1 ? '' : HAN[digit]) + name;
  }
  return text;
}
