/** Decimal strings without floats: scale, add up, compare, print without trailing zeros. */

/** Value × 10^-places, exact. */
export type Decimal = { units: bigint; places: number };

/** Reads `12`, `12.5`, `.5`; anything else is a programming error. */
export function decimal(text: string): Decimal {
  const [whole = '', part = ''] = text.split('.');
  return { units: BigInt(`${whole || '0'}${part}`), places: part.length };
}

/** × 10^power. */
export const shift = ({ units, places }: Decimal, power: number): Decimal =>
  places >= power ? { units, places: places - power } : { units: units * 10n ** BigInt(power - places), places: 0 };

export const times = (a: Decimal, b: Decimal): Decimal => ({ units: a.units * b.units, places: a.places + b.places });

export function plus(a: Decimal, b: Decimal): Decimal {
  const places = Math.max(a.places, b.places);
  return { units: a.units * 10n ** BigInt(places - a.places) + b.units * 10n ** BigInt(places - b.places), places };
}

/** Plain decimal, no exponent, no trailing zeros. */
export function print({ units, places }: Decimal): string {
  const digits = units.toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const part = digits.slice(digits.length - places).replace(/0+$/, '');
  return part ? `${whole}.${part}` : whole;
}

/** Trailing zeros and leading zeros removed. */
export const tidy = (text: string) => print(decimal(text));
export const decimalsOf = (text: string) => (tidy(text).split('.')[1] ?? '').length;
/** As an integer, or undefined if it has a fraction. */
export const wholeOf = (text: string): bigint | undefined => (decimalsOf(text) === 0 ? BigInt(tidy(text)) : undefined);

/** Base units → decimal string, and back. Throws where the text has more decimals than the token. */
export const fromUnits = (units: bigint, decimals: number) => print({ units, places: decimals });
export function toUnits(text: string, decimals: number): bigint {
  const value = decimal(tidy(text));
  if (value.places > decimals) throw new RangeError(`More than ${decimals} decimals`);
  return value.units * 10n ** BigInt(decimals - value.places);
}
