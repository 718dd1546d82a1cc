/** Machines, memory, prices and tasks said in other ways or another order. */
import type { Item } from '../../chart.ts';
import { at, type At, cover, type Money, type Word } from '../../meaning.ts';
import type { Num } from '../../numbers.ts';
import { type Gpu, ONE, type Quantity, rate, type Rate, units } from '../compute.ts';
import { rule } from '../rule.ts';

export const wideCompute = () => [
  rule('maxspan', 'for maxspan', (_for: Item, item: Item) => item.value),
  rule('budget', 'for totalword atmost? money', (_for: Item, _t: Item, _m: unknown, money: Item<Money>) => ({ money: money.value, firm: true })),
  ...units([
    ['hour', 'hourly', 'per num hourword', 'num? hourword post_per'],
    [
      'gpu-hour',
      'num? gpuhour post_per',
      'per num? gpu_word anda? per? num? hourword',
      'per hourword anda? per? gpu_word',
      'per gpu_word hourly',
      'hourly per gpu_word',
      'gpu_word per hourword',
      'per gpu_word per hourword',
      'num? gpu_word post_per num? hourword post_per?',
      'gpu_word num counter? post_per num? hourword post_per?',
      'num? gpu_word num? hourword post_per',
      'num? gpu_word post_per hourly',
      'hourly num? gpu_word post_per',
    ],
    ['other', 'per gpu_word', 'daily', 'num? dayword post_per', 'per llmword'],
    ['1M-tokens', 'per permillion'],
  ]),
  ...['num counter? size of? gpumodel', 'an counter? size of? gpumodel', 'size of? gpumodel'].map((symbols) =>
    rule('gpu', symbols, (...items: (Item | undefined)[]): Gpu => {
      const part = <V>(cat: string) => items.find((item) => item?.cat === cat) as Item<V> | undefined;
      const [size, model, count] = [part<Quantity>('size'), part<string>('gpumodel'), part<Num>('num') ?? part('an')] as [
        Item<Quantity>,
        Item<string>,
        Item | undefined,
      ];
      const memory = { memory: size.value.value, memoryAt: size.value.at };
      const said = { model: model.value, modelAt: at(model), ...memory };
      return count ? { ...said, count: count.cat === 'num' ? (count.value as Num) : ONE, countAt: at(count) } : { ...said, count: ONE };
    }),
  ),
  rule('gpu', 'my gpu', (_the: Item, gpu: Item<Gpu>) => gpu.value),
  rule('gpu', 'gpu machineword', (gpu: Item<Gpu>) => gpu.value),
  rule('gpu', 'machineword of? with? gpu', (_m: Item, _of: unknown, _w: unknown, gpu: Item<Gpu>) => gpu.value),
  rule('gpu', 'num counter of? vague_gpu gpu_word', (num: Item<Num>, _c: Item, _of: unknown, _v: Item, word: Item): Gpu => ({
    model: 'any',
    modelAt: at(word),
    count: num.value,
    countAt: at(num),
  })),
  rule('gpu', 'gpu with? size vram ormore', (gpu: Item<Gpu>, _w: unknown, size: Item<Quantity>, _v: unknown, word: Item) =>
    gpu.value.memory || gpu.value.min ? undefined : { ...gpu.value, min: size.value.value, minAt: cover(size.value.at, word) },
  ),
  rule('askgpu', 'num? an? counter? of? gpualien', (num: Item<Num> | undefined, _an: unknown, _c: unknown, _of: unknown, name: Item<string>): Gpu => ({
    modelAt: at(name),
    count: num?.value ?? ONE,
    ...(num && { countAt: at(num) }),
    word: name.value,
  })),
  rule('askgpu', 'gpualien post_obj? num counter', (name: Item<string>, _o: unknown, num: Item<Num>): Gpu => ({
    modelAt: at(name),
    count: num.value,
    countAt: at(num),
    word: name.value,
  })),
  rule('askgpu', 'askgpu gpu_word', (gpu: Item<Gpu>) => gpu.value),
  rule('askgpu', 'askgpu with? size of? vram? ormore?', (gpu: Item<Gpu>) => gpu.value),
  rule('askgpu', 'askgpu with? atleast size of? vram?', (gpu: Item<Gpu>) => gpu.value),
  rule('askgpu', 'on askgpu', (_on: Item, gpu: Item<Gpu>) => gpu.value),
  rule('askgpu', 'gpu or gpu', (gpu: Item<Gpu>, _or: Item, other: Item<Gpu>): Gpu | undefined =>
    gpu.value.model === other.value.model ? undefined : { modelAt: gpu.value.modelAt, count: gpu.value.count, word: gpu.value.model ?? '' },
  ),
  rule('cpu', 'num to_time cpuword', (num: Item<Num>, _dash: Item, word: Item) => ({ num: num.value, at: cover(num, word) })),
  rule('cpu', 'cpuword num counter?', (word: Item, num: Item<Num>) => ({ num: num.value, at: cover(word, num) })),
  rule('cpu', 'num counter of? cpuword', (num: Item<Num>, _c: Item, _of: unknown, word: Item) => ({ num: num.value, at: cover(num, word) })),
  rule('size', 'size of? dataword', (size: Item<Quantity>) => size.value),
  rule('size', 'my size', (_my: Item, size: Item<Quantity>) => size.value),
  rule('machine', 'on machine', () => true),
  rule('region', 'in? regionword of? regionname', (_in: unknown, _w: Item, _of: unknown, region: Item<string>) => ({ value: region.value, at: at(region) })),
  rule('region', 'regionname regionword', (region: Item<string>) => ({ value: region.value, at: at(region) })),
  rule('place_region', 'regionname region_word', (region: Item<string>) => ({ value: region.value, at: at(region) })),
  ...['maxprice', 'budget', 'span', 'maxspan', 'gpu', 'slippage', 'region', 'cpu', 'ram', 'disk', 'start', 'task', 'image', 'parts', 'count'].map((cat) =>
    rule(cat, `${cat} post_de`, (item: Item) => item.value),
  ),
  rule('every', 'every post_time', (item: Item) => item.value),
  rule('every', 'weekly dow post_time?', (word: Item, dow: Item<Word>) => ({ every: 'P7D', on: dow.value, at: cover(word, dow) })),
  rule('task', 'job of taskword', (_job: Item, _of: Item, task: Item<Word>) => ({ value: task.value, at: at(task) })),
  rule('program', 'my? job file', (_my: unknown, _job: Item, file: Item<string>) => ({ value: file.value, at: at(file) })),
  ...['with', 'of', 'for', 'on'].map((word) => rule('llm', `${word} name`, (_w: Item, name: Item<string>) => ({ value: name.value, at: at(name) }))),
  rule('maxspan', 'maxspan totalword', (item: Item) => item.value),
  rule('start', 'moment post_start', (moment: Item) => ({ moment: moment.value, at: at(moment) })),
  rule('range', 'moment to_time moment', (a: Item, _t: Item, b: Item) => ({ from: a.value, fromAt: at(a), to: b.value, toAt: at(b) })),
  rule('range', 'moment from moment to_time', (a: Item, _f: Item, b: Item) => ({ from: a.value, fromAt: at(a), to: b.value, toAt: at(b) })),
  rule('maxprice', 'money each', (money: Item<Money>) => rate(money, 'other', at(money))),
  rule('unitword', 'num llmword post_per', (num: Item<Num>, unit: Item, per: Item) => ({
    per: num.value.value === '1000000' ? '1M-tokens' : 'other',
    at: cover(num, per),
  })),
  ...['with', 'an', 'my', 'at', 'of'].map((word) =>
    rule('budget', `${word} budget`, (_w: Item, item: Item<{ firm?: true }>) => (item.value.firm ? item.value : undefined)),
  ),
  ...['budgetword', 'totalword'].map((word) =>
    rule('budget', `budget ${word}`, (item: Item<{ firm?: true }>) => (item.value.firm ? item.value : { ...item.value, firm: true })),
  ),
  rule('budget', 'money budgetword', (money: Item<Money>) => ({ money: money.value, firm: true })),
  rule('budget', 'totalword atmost? money', (_t: Item, _m: unknown, money: Item<Money>) => ({ money: money.value, firm: true })),
];
