/** What libraries/Amounts.sol promises, as assertions for the SMTChecker; each with the bug in the library that must break it. */

export type Lemma = {
  name: string;
  /** Solidity parameters: every value of them is meant. */
  of: string;
  /** What callers guarantee. */
  given: string;
  /** Statements that end in one assertion. */
  claim: string;
  /** Text of the library → the bug that this lemma alone must show. */
  control: readonly [string, string];
};

const PRICE = 'return uint256(num) * units / den;';
const LEAST = 'return _ceil(limit, part, whole);';
const MOST = 'return uint256(limit) * part / whole;';
const LEFT = '_ceil(high - low, end - t, end - start);';
const ENDS = 'from >= to ? low + left : high - left';
const FEE = 'return uint256(sold) * bps / BPS;';
const FORFEIT = 'return _ceil(bond, units - delivered, units);';

const A_PRICE = { of: 'uint128 num, uint128 units, uint128 den', given: 'den != 0' };
const A_PART = { of: 'uint128 limit, uint128 part, uint128 whole', given: 'whole != 0 && part <= whole' };
const A_CURVE = 'uint128 from, uint128 to, uint40 start, uint40 end, uint40 time';
const A_BOND = { of: 'uint96 bond, uint128 delivered, uint128 units', given: 'units != 0 && delivered <= units' };

export const LEMMAS: readonly Lemma[] = [
  {
    name: 'price rounds down', ...A_PRICE, control: [PRICE, 'return (uint256(num) * units + den - 1) / den;'],
    claim: 'assert(Amounts.price(num, units, den) * den <= uint256(num) * units);',
  },
  {
    name: 'price loses less than one unit', ...A_PRICE, control: [PRICE, 'return uint256(num) * units / (uint256(den) + 1);'],
    claim: 'assert((Amounts.price(num, units, den) + 1) * den > uint256(num) * units);',
  },
  {
    name: 'price is at most the deposit', ...A_PRICE, given: 'den != 0 && units <= den', control: [PRICE, 'return uint256(num) * units / den + 1;'],
    claim: 'assert(Amounts.price(num, units, den) <= num);',
  },
  {
    name: 'all units cost the deposit', ...A_PRICE, control: [PRICE, 'return uint256(num) * (units - 1) / den;'],
    claim: 'assert(Amounts.price(num, den, den) == num);',
  },
  {
    name: 'nothing costs nothing', ...A_PRICE, control: [PRICE, 'return (uint256(num) * units + 1) / den;'],
    claim: 'assert(Amounts.price(num, 0, den) == 0);',
  },
  {
    name: 'price never falls as units grow', of: `${A_PRICE.of}, uint128 more`, given: 'den != 0 && units <= more', control: [PRICE, 'return uint256(num) * (type(uint128).max - units) / den;'],
    claim: 'assert(Amounts.price(num, units, den) <= Amounts.price(num, more, den));',
  },
  {
    name: 'parts paid one by one never exceed the whole', of: `${A_PRICE.of}, uint128 all`, given: 'den != 0 && units <= all', control: [PRICE, 'return (uint256(num) * units + den - 1) / den;'],
    claim: 'assert(Amounts.price(num, units, den) + Amounts.price(num, all - units, den) <= Amounts.price(num, all, den));',
  },
  {
    name: 'a stopped lease: paid, returned at the stop and at the end sum to the deposit', of: 'uint128 num, uint128 served, uint128 most, uint128 units, uint128 den',
    given: 'den != 0 && served <= most && most <= units', control: [PRICE, 'return units == 0 ? 0 : uint256(num) * (type(uint128).max - units) / den;'],
    claim: `uint256 deposit = Amounts.price(num, units, den); uint256 kept = Amounts.price(num, most, den); uint256 paid = Amounts.price(num, served, den);
      assert(paid <= kept && kept <= deposit && (deposit - kept) + (kept - paid) + paid == deposit);`,
  },
  {
    name: 'a part brings its share, rounded up', ...A_PART, control: [LEAST, 'return uint256(limit) * part / whole;'],
    claim: 'assert(Amounts.least(limit, part, whole) * whole >= uint256(limit) * part);',
  },
  {
    name: 'and not a unit more', ...A_PART, control: [LEAST, 'return _ceil(limit, part, whole) + 1;'],
    claim: 'uint256 least = Amounts.least(limit, part, whole); assert(least == 0 || (least - 1) * whole < uint256(limit) * part);',
  },
  {
    name: 'a part brings at most the limit', ...A_PART, control: [LEAST, 'return _ceil(limit, part, whole) + 1;'],
    claim: 'assert(Amounts.least(limit, part, whole) <= limit);',
  },
  {
    name: 'two parts bring the whole limit', ...A_PART, control: [LEAST, 'return uint256(limit) * part / whole;'],
    claim: 'assert(Amounts.least(limit, part, whole) + Amounts.least(limit, whole - part, whole) >= limit);',
  },
  {
    name: 'a part takes its share, rounded down', ...A_PART, control: [MOST, 'return _ceil(limit, part, whole);'],
    claim: 'assert(Amounts.most(limit, part, whole) * whole <= uint256(limit) * part);',
  },
  {
    name: 'two parts take at most the whole limit', ...A_PART, control: [MOST, 'return _ceil(limit, part, whole);'],
    claim: 'assert(Amounts.most(limit, part, whole) + Amounts.most(limit, whole - part, whole) <= limit);',
  },
  {
    name: 'a falling curve stays between its ends', of: A_CURVE, given: 'start < end && from >= to', control: [ENDS, 'from >= to ? high + left : high - left'],
    claim: 'uint256 limit = Amounts.decayed(from, to, start, end, time); assert(to <= limit && limit <= from);',
  },
  {
    name: 'a rising curve stays between its ends', of: A_CURVE, given: 'start < end && from <= to', control: [ENDS, 'from >= to ? low + left : high + left'],
    claim: 'uint256 limit = Amounts.decayed(from, to, start, end, time); assert(from <= limit && limit <= to);',
  },
  {
    name: 'a falling curve never rises', of: `${A_CURVE}, uint40 later`, given: 'start < end && from >= to && time <= later', control: [LEFT, '_ceil(high - low, t - start, end - start);'],
    claim: 'assert(Amounts.decayed(from, to, start, end, time) >= Amounts.decayed(from, to, start, end, later));',
  },
  {
    name: 'a rising curve never falls', of: `${A_CURVE}, uint40 later`, given: 'start < end && from <= to && time <= later', control: [LEFT, '_ceil(high - low, t - start, end - start);'],
    claim: 'assert(Amounts.decayed(from, to, start, end, time) <= Amounts.decayed(from, to, start, end, later));',
  },
  {
    name: 'a falling curve is never below its line', of: A_CURVE, given: 'start < end && from >= to && start <= time && time <= end', control: [LEFT, 'uint256(high - low) * (end - t) / (end - start);'],
    claim: 'assert((Amounts.decayed(from, to, start, end, time) - to) * (end - start) >= uint256(from - to) * (end - time));',
  },
  {
    name: 'a rising curve is never above its line', of: A_CURVE, given: 'start < end && from <= to && start <= time && time <= end', control: [LEFT, 'uint256(high - low) * (end - t) / (end - start);'],
    claim: 'assert((to - Amounts.decayed(from, to, start, end, time)) * (end - start) >= uint256(to - from) * (end - time));',
  },
  {
    name: 'a curve starts and ends where it was signed', of: A_CURVE, given: 'start < end', control: ['time > end ? end', 'time > end ? start'],
    claim: 'assert(Amounts.decayed(from, to, start, end, start) == from && Amounts.decayed(from, to, start, end, end) == to && (time < end || Amounts.decayed(from, to, start, end, time) == to));',
  },
  {
    name: 'the fee rounds down', of: 'uint128 sold, uint16 bps', given: 'true', control: [FEE, 'return (uint256(sold) * bps + BPS - 1) / BPS;'],
    claim: 'assert(Amounts.fee(sold, bps) * 10000 <= uint256(sold) * bps);',
  },
  {
    name: 'the fee is at most two percent', of: 'uint128 sold, uint16 bps', given: 'bps <= 200', control: ['BPS = 10_000', 'BPS = 9_999'],
    claim: 'assert(Amounts.fee(sold, bps) * 50 <= sold);',
  },
  {
    name: 'a forfeit is at most the bond', ...A_BOND, control: [FORFEIT, 'return _ceil(bond, units, units - delivered);'],
    claim: 'if (delivered < units) assert(Amounts.forfeit(bond, delivered, units) <= bond);',
  },
  {
    name: 'a forfeit is the undelivered share, rounded up', ...A_BOND, control: [FORFEIT, 'return uint256(bond) * (units - delivered) / units;'],
    claim: 'assert(Amounts.forfeit(bond, delivered, units) * units >= uint256(bond) * (units - delivered));',
  },
  {
    name: 'nothing delivered costs all of the bond, everything nothing', ...A_BOND, control: [FORFEIT, 'return _ceil(bond, delivered, units);'],
    claim: 'assert(Amounts.forfeit(bond, 0, units) == bond && Amounts.forfeit(bond, units, units) == 0);',
  },
];
