/** Machines, jobs, prices per unit, budgets, regions: the phrases of compute. */
import type { Item } from '../chart.ts';
import { decimal, print, times } from '../decimal.ts';
import { at, type At, cover, type Money, type Word } from '../meaning.ts';
import type { Num } from '../numbers.ts';
import { alias, rule } from './rule.ts';

export type Gpu = {
  model?: string;
  modelAt: At;
  count: Num;
  countAt?: At;
  memory?: string;
  memoryAt?: At;
  form?: string;
  formAt?: At;
  min?: string;
  minAt?: At;
  word?: string;
};
export type Quantity = { value: string; at: At };

export const ONE: Num = { value: '1' };
const gb = (num: Num, factor: string) => (num.bad || num.options ? undefined : print(times(decimal(num.value), decimal(factor))));
const quantity = (num: Item<Num>, factor: string, where: At): Quantity | undefined => {
  const value = gb(num.value, factor);
  return value === undefined ? undefined : { value, at: where };
};
/** 512 MiB is half a GiB, exactly. */
const mebi = (num: Item<Num>, where: At) => quantity(num, '0.0009765625', where);

export const machines = [
  rule('size', 'num gb', (num: Item<Num>, unit: Item<Word>) => quantity(num, unit.value, cover(num, unit))),
  rule('size', 'num mb', (num: Item<Num>, unit: Item<Word>) => mebi(num, cover(num, unit))),
  rule(
    'gpu',
    'num x? gpumodel',
    (num: Item<Num>, _x: unknown, model: Item<string>): Gpu => ({
      model: model.value,
      modelAt: at(model),
      count: num.value,
      countAt: at(num),
    }),
  ),
  rule(
    'gpu',
    'an gpumodel',
    (an: Item, model: Item<string>): Gpu => ({
      model: model.value,
      modelAt: at(model),
      count: ONE,
      countAt: at(an),
    }),
  ),
  rule('gpu', 'gpumodel', (model: Item<string>): Gpu => ({ model: model.value, modelAt: at(model), count: ONE })),
  rule(
    'gpu',
    'gpumodel x num',
    (model: Item<string>, _x: Item, num: Item<Num>): Gpu => ({
      model: model.value,
      modelAt: at(model),
      count: num.value,
      countAt: at(num),
    }),
  ),
  rule(
    'gpu',
    'gpumodel post_obj? num counter',
    (model: Item<string>, _o: unknown, num: Item<Num>, unit: Item): Gpu => ({
      model: model.value,
      modelAt: at(model),
      count: num.value,
      countAt: cover(num, unit),
    }),
  ),
  rule(
    'gpu',
    'num counter of? gpumodel',
    (num: Item<Num>, _c: Item, _of: unknown, model: Item<string>): Gpu => ({
      model: model.value,
      modelAt: at(model),
      count: num.value,
      countAt: at(num),
    }),
  ),
  rule('gpu', 'on gpu', (_on: Item, gpu: Item<Gpu>) => gpu.value),
  rule('gpu', 'gpu gpu_word', (gpu: Item<Gpu>) => gpu.value),
  rule('gpu', 'gpu form', (gpu: Item<Gpu>, form: Item<Word>) =>
    gpu.value.form ? undefined : { ...gpu.value, form: form.value, formAt: at(form) },
  ),
  rule('gpu', 'gpu of? with? size of? vram? each?', (gpu: Item<Gpu>, _of: unknown, _w: unknown, size: Item<Quantity>) =>
    gpu.value.memory || gpu.value.min ? undefined : { ...gpu.value, memory: size.value.value, memoryAt: size.value.at },
  ),
  rule('gpu', 'gpu with? size ormore of? vram?', (gpu: Item<Gpu>, _w: unknown, size: Item<Quantity>, word: Item) =>
    gpu.value.memory || gpu.value.min ? undefined : { ...gpu.value, min: size.value.value, minAt: cover(size.value.at, word) },
  ),
  rule('gpu', 'gpu with? vram? atleast size of? vram?', (gpu: Item<Gpu>, _w: unknown, _v: unknown, least: Item, size: Item<Quantity>) =>
    gpu.value.memory || gpu.value.min ? undefined : { ...gpu.value, min: size.value.value, minAt: cover(least, size.value.at) },
  ),
  rule('gpu', 'vague_gpu gpu_word', (_v: Item, word: Item): Gpu => ({ model: 'any', modelAt: at(word), count: ONE })),
  rule('askgpu', 'an? gpu_word', (_an: unknown, word: Item): Gpu => ({ modelAt: at(word), count: ONE })),
  rule('askgpu', 'num counter? gpu_word', (num: Item<Num>, _c: unknown, word: Item): Gpu => ({
    modelAt: at(word),
    count: num.value,
    countAt: at(num),
  })),
  rule(
    'askgpu',
    'num x? counter? name',
    (num: Item<Num>, _x: unknown, _c: unknown, name: Item<string>): Gpu => ({
      modelAt: at(name),
      count: num.value,
      countAt: at(num),
      word: name.value,
    }),
  ),
  rule('askgpu', 'an? name gpu_word', (_an: unknown, name: Item<string>): Gpu => ({ modelAt: at(name), count: ONE, word: name.value })),
  rule('cpu', 'num cpuword', (num: Item<Num>, word: Item) => ({ num: num.value, at: cover(num, word) })),
  rule('cpu', 'an cpuword', (an: Item, word: Item) => ({ num: ONE, at: cover(an, word) })),
  rule('ram', 'size of? ramword', (size: Item<Quantity>, _of: unknown, word: Item) => ({ value: size.value.value, at: cover(size, word) })),
  rule('ram', 'ramword size', (word: Item, size: Item<Quantity>) => ({ value: size.value.value, at: cover(word, size) })),
  rule('disk', 'size of? diskword', (size: Item<Quantity>, _of: unknown, word: Item) => ({
    value: size.value.value,
    at: cover(size, word),
  })),
  rule('disk', 'diskword size', (word: Item, size: Item<Quantity>) => ({ value: size.value.value, at: cover(word, size) })),
  ...['cpu', 'ram', 'disk'].flatMap((cat) => ['with', 'my', 'of'].map((word) => rule(cat, `${word} ${cat}`, (_w: Item, item: Item) => item.value))),
  rule('machine', 'an? counter? machineword with?', () => true),
  rule('region', 'in regionname regionword?', (_in: Item, region: Item<string>) => ({ value: region.value, at: at(region) })),
  rule('place_region', 'regionname post_on', (region: Item<string>) => ({ value: region.value, at: at(region) })),
];

export const workloads = [
  rule('task', 'for? an? taskword job?', (_for: unknown, _an: unknown, task: Item<Word>) => ({ value: task.value, at: at(task) })),
  rule('image', 'with? imageword? imageref', (_w: unknown, _i: unknown, image: Item<string>) => ({ value: image.value, at: at(image) })),
  rule('program', 'file', (file: Item<string>) => ({ value: file.value, at: at(file) })),
  rule('input', 'inputword num', (_w: Item, num: Item<Num>) => (num.value.words ? undefined : { at: at(num), verbatim: true })),
  rule('input', 'inputword quoted', (_w: Item, text: Item<string>) => ({ value: text.value, at: at(text) })),
  rule('input', 'inputword unk', (_w: Item, text: Item<string>) => ({ value: text.value, at: at(text) })),
  rule('input', 'inputword name', (_w: Item, text: Item<string>) => ({ value: text.value, at: at(text) })),
  rule('llm', 'name', (name: Item<string>) => ({ value: name.value, at: at(name) })),
  ...['for', 'with', 'of', 'on'].map((word) => rule('llmtokens', `${word} llmtokens`, (_w: Item, item: Item) => item.value)),
  rule('llmtokens', 'num llmword', (num: Item<Num>, word: Item) =>
    num.value.bad || num.value.options || !/^\d+$/.test(num.value.value) ? undefined : { value: num.value.value, at: cover(num, word) },
  ),
  rule('flag', 'confidential', (item: Item) => ({ slot: 'confidential', at: at(item) })),
  rule('flag', 'interruptible', (item: Item) => ({ slot: 'interruptible', at: at(item) })),
  rule('net', 'with? interconnect', (_w: unknown, item: Item<Word>) => ({ value: item.value, at: at(item) })),
  rule('nogpu', 'nogpuword', () => true),
  rule('maxspan', 'for? atmost dur', (_f: unknown, cap: Item, value: Item<string>) => ({ value: value.value, at: cover(cap, value) })),
  rule('maxspan', 'dur orless', (value: Item<string>, cap: Item) => ({ value: value.value, at: cover(value, cap) })),
  rule('start', 'starting moment', (_w: Item, moment: Item) => ({ moment: moment.value, at: at(moment) })),
  rule('range', 'from moment to_time moment', (_f: Item, a: Item, _t: Item, b: Item) => ({
    from: a.value,
    fromAt: at(a),
    to: b.value,
    toAt: at(b),
  })),
];

export type Rate = { money: Money; per: string; perAt: At };
export const rate = (money: Item<Money>, per: string, perAt: At): Rate => ({ money: money.value, per, perAt });
const capped = (cap: Item | undefined, budget: Item | undefined, total: Item | undefined, money: Item<Money>) =>
  cap || budget || total ? { money: money.value, firm: true } : undefined;

/** Shapes of a unit of price; `per 2 hours` is not per hour. */
export const units = (table: [per: string, ...shapes: string[]][]) =>
  table.flatMap(([per, ...shapes]) =>
    shapes.map((symbols) =>
      rule('unitword', symbols, (...items: (Item | undefined)[]) => {
        const said = items.filter((item) => item !== undefined);
        if (said.some(({ cat, value }) => cat === 'num' && (value as Num).value !== '1')) return undefined;
        return { per, at: cover(said[0] as Item, said.at(-1) as Item) };
      }),
    ),
  );

export const costs = [
  rule('maxprice', 'at money', (_at: Item, money: Item<Money>) => rate(money, 'other', at(money))),
  ...units([
    ['hour', 'per hourword'],
    ['gpu-hour', 'per gpuhour', 'per gpu_word per? hourword', 'per hourword per gpu_word'],
    ['other', 'per dayword'],
  ]),
  rule('unitword', 'per num llmword', (per: Item, num: Item<Num>, unit: Item) => ({
    per: num.value.value === '1000000' ? '1M-tokens' : 'other',
    at: cover(per, unit),
  })),
  rule('unitword', 'per scale llmword', (per: Item, scale: Item<Word>, unit: Item) => ({
    per: scale.value === '6' ? '1M-tokens' : 'other',
    at: cover(per, unit),
  })),
  // The two below are how a canonical sentence says it without doubt.
  rule('unitword', 'per hourword totalword', (per: Item, _h: Item, unit: Item) => ({ per: 'machine-hour', at: cover(per, unit) })),
  rule('unitword', 'per scale fuelword', (per: Item, scale: Item<Word>, unit: Item) =>
    scale.value === '9' ? { per: '1B-fuel', at: cover(per, unit) } : undefined,
  ),
  rule('fuel', 'with? atmost num fuelword', (_w: unknown, _m: Item, num: Item<Num>, word: Item) =>
    num.value.bad || num.value.options || !/^\d+$/.test(num.value.value) ? undefined : { value: num.value.value, at: cover(num, word) },
  ),
  rule('hourword', 'unit', (unit: Item<Word>) => (unit.value === 'H' ? 'hour' : undefined)),
  rule('rate', 'money unitword', (money: Item<Money>, unit: Item<{ per: string; at: At }>) => rate(money, unit.value.per, unit.value.at)),
  rule('rate', 'unitword priceword? atmost? of? money', (unit: Item<{ per: string; at: At }>, _p: unknown, _m: unknown, _of: unknown, money: Item<Money>) =>
    rate(money, unit.value.per, unit.value.at),
  ),
  ...alias('maxprice', 'rate'),
  ...['for', 'at', 'with', 'atmost', 'priceword', 'limitprice', 'budgetword', 'an', 'my', 'of'].map((word) =>
    rule('maxprice', `${word} maxprice`, (_w: Item, item: Item<Rate>) => item.value),
  ),
  ...['atmost', 'orless'].map((word) => rule('maxprice', `maxprice ${word}`, (item: Item<Rate>) => item.value)),
  rule(
    'budget',
    'for? budgetword? atmost? money totalword?',
    (_f: unknown, budget: Item | undefined, cap: Item | undefined, money: Item<Money>, total: Item | undefined) =>
      capped(cap, budget, total, money),
  ),
  rule('budget', 'for money', (_for: Item, money: Item<Money>) => ({ money: money.value })),
  rule('budget', 'budgetword of? atmost? money', (_b: Item, _of: unknown, _m: unknown, money: Item<Money>) => ({
    money: money.value,
    firm: true,
  })),
  rule('budget', 'money orless', (money: Item<Money>) => ({ money: money.value, firm: true })),
];
