/** Word order of Chinese and Japanese: what says which side, how much, when and how comes behind. */
import type { Item } from '../../chart.ts';
import { type Amount, at, type ChainName, cover, type Leg, type Money, type Price, type Recipient, type Token, type When, type Word } from '../../meaning.ts';
import { type Num, scaled } from '../../numbers.ts';
import { amountOf, DECIMAL_OF, leg } from '../amounts.ts';
import { type Gpu, ONE, type Quantity, rate, type Rate } from '../compute.ts';
import { rule } from '../rule.ts';
import { place, priceAt, symbolIn } from '../terms.ts';
import { clockOf, type Moment } from '../times.ts';

const open = (where: Item): { value: Amount; at: { start: number; end: number } } => ({ value: { ask: 'amount', options: [] }, at: at(where) });
const counted = (gpu: Item<Gpu>, num: Item<Num>, unit: Item): Gpu | undefined =>
  gpu.value.countAt ? undefined : { ...gpu.value, count: num.value, countAt: cover(num, unit) };
const anyGpu = (word: Item, size: Item<Quantity>, least: Item): Gpu => ({
  model: 'any',
  modelAt: at(word),
  count: ONE,
  min: size.value.value,
  minAt: cover(size.start < least.start ? size : least, size.start < least.start ? least : size),
});
const same = (item: Item) => item.value;

const amounts = () => [
  rule('pct', 'num tenths', (num: Item<Num>) => scaled(num.value, 1)),
  rule('leg', 'fraction counter token', (part: Item<Word>, _c: Item, token: Item<Token>) =>
    DECIMAL_OF[part.value] ? leg(token, { value: { said: DECIMAL_OF[part.value] as string }, at: at(part) }) : undefined,
  ),
  rule('leg', 'my? token vague', (_my: unknown, token: Item<Token>, some: Item) => leg(token, open(some))),
  rule('leg', 'my? token post_obj vague', (_my: unknown, token: Item<Token>, _o: Item, some: Item) => leg(token, open(some))),
  rule('leg', 'my? token post_obj endnum', (_my: unknown, token: Item<Token>, _o: Item, num: Item<Num>) =>
    leg(token, { value: amountOf(num.value), at: at(num) }),
  ),
  ...['leg exactly', 'leg post_obj exactly'].map((symbols) =>
    rule('leg', symbols, (item: Item<Leg>) => (item.value.amount && !item.value.cmp ? { ...item.value, cmp: 'exactly' as const } : undefined)),
  ),
];

const terms = () => [
  rule('place', 'noton chainname chain? post_on', (_not: Item, chain: Item<ChainName>) => place('not')(chain)),
  rule('place', 'but? chainname post_noton', (_but: unknown, chain: Item<ChainName>) => place('not')(chain)),
  rule('someone', 'my? person of? unk', (): Recipient => ({ ask: true })),
  rule('someone', 'unk of unk', (): Recipient => ({ ask: true })),
  rule('slippage', 'slippage post_with', same),
  rule('deadline', 'within dur post_within', (word: Item, dur: Item<string>, post: Item): { when: When; at: { start: number; end: number } } => ({
    when: { in: dur.value },
    at: cover(word, post),
  })),
  rule('ratio', 'num? token post_per money', (num: Item<Num> | undefined, token: Item<Token>, _per: Item, money: Item<Money>) => {
    const price = priceAt(money, undefined, undefined);
    return price && (!num || num.value.value === '1') ? { ...price, ...symbolIn(token) } : undefined;
  }),
  rule('level', 'value post_reach', same),
  rule('level', 'value post_rises', (item: Item<Price>): Price => ({ ...item.value, cmp: '>=' })),
  rule('level', 'value post_falls', (item: Item<Price>): Price => ({ ...item.value, cmp: '<=' })),
  rule('level', 'level orless', (item: Item<Price>): Price | undefined => (item.value.cmp === '<=' ? item.value : undefined)),
  rule('level', 'level ormore', (item: Item<Price>): Price | undefined => (item.value.cmp === '>=' ? item.value : undefined)),
  rule('asked', 'at value post_price', (_at: Item, item: Item<Price>) => item.value),
];

const times = () => [
  rule('when', 'num hour num unit', (num: Item<Num>, _h: Item, minute: Item<Num>, unit: Item<Word>) => {
    const clock = unit.value === 'M' ? clockOf(`${num.value.value}:${minute.value.value.padStart(2, '0')}`) : undefined;
    return clock && { clock };
  }),
  // `tomorrow afternoon`, without an hour.
  rule('moment', 'day halfday', (): Moment => ({ vague: true })),
  rule('span', 'using dur', (word: Item, value: Item<string>) => ({ value: value.value, at: at(value), phrase: cover(word, value) })),
  rule('start', 'starting moment post_start', (_w: Item, moment: Item) => ({ moment: moment.value, at: at(moment) })),
  rule('range', 'range post_by', same),
];

const compute = () => [
  rule('gpu', 'gpu post_obj? num counter', (gpu: Item<Gpu>, _o: unknown, num: Item<Num>, unit: Item) => counted(gpu, num, unit)),
  rule('askgpu', 'askgpu post_obj? num counter', (gpu: Item<Gpu>, _o: unknown, num: Item<Num>, unit: Item) => counted(gpu, num, unit)),
  ...['post_obj', 'post_with'].flatMap((post) => ['gpu', 'askgpu'].map((cat) => rule(cat, `${cat} ${post}`, same))),
  rule('gpu', 'with gpu', (_with: Item, gpu: Item<Gpu>) => gpu.value),
  rule('gpu', 'vram? size ormore vram? of? gpu_word', (_v: unknown, size: Item<Quantity>, more: Item, _w: unknown, _of: unknown, word: Item) =>
    anyGpu(word, size, more),
  ),
  rule('gpu', 'vram? atleast size of? gpu_word', (_v: unknown, least: Item, size: Item<Quantity>, _of: unknown, word: Item) => anyGpu(word, size, least)),
  rule('place_region', 'regionalone', (region: Item<string>) => ({ value: region.value, at: at(region) })),
  rule('image', 'image post_with', same),
  rule('llm', 'name post_with', (name: Item<string>) => ({ value: name.value, at: at(name) })),
  rule('llmtokens', 'llmtokens of', same),
  rule('net', 'with interconnect of', (_w: unknown, item: Item<Word>) => ({ value: item.value, at: at(item) })),
  rule('net', 'interconnect having', (item: Item<Word>) => ({ value: item.value, at: at(item) })),
  ...['flag', 'llm', 'llmtokens'].map((cat) => rule(cat, `${cat} post_de`, same)),
  ...['num hourword atmost money', 'an hourword atmost money'].map((symbols) =>
    rule('rate', symbols, (count: Item, hour: Item, _most: Item, money: Item<Money>): Rate | undefined =>
      count.cat === 'num' && (count.value as Num).value !== '1' ? undefined : rate(money, 'hour', cover(count, hour)),
    ),
  ),
  // `1時間2 USDCまで`: an hour, then the most that it may cost.
  rule('rate', 'num hourword money orless', (num: Item<Num>, hour: Item, money: Item<Money>) =>
    num.value.value === '1' ? rate(money, 'hour', cover(num, hour)) : undefined,
  ),
  rule('budget', 'budgetword totalword money', (_b: Item, _t: Item, money: Item<Money>) => ({ money: money.value, firm: true })),
];

export const eastern = () => [...amounts(), ...terms(), ...times(), ...compute()];
