/** Canonical sentences in Japanese. */
import type { Phrasebook } from '../describe.ts';

export const ja: Phrasebook = {
  locale: 'ja',
  comma: false,
  swap: {
    sellAcross: '正確に {sold} を {from} 上で、少なくとも {bought} に {at} 上で交換',
    sellHere: '正確に {sold} を少なくとも {bought} に {at} 上で交換',
    buyAcross: '正確に {bought} を {at} 上で、最大 {sold} で {from} 上で購入',
    buyHere: '正確に {bought} を最大 {sold} で {from} 上で購入',
    to: '、受取人は {to}',
    by: '、{by} までに',
    times: '、受付期限は {taken}、{by} までに',
    end: '。',
  },
  lease: {
    whole: '{machine} を最大 {duration}{region}レンタル、最大 {rate} 毎時間合計、最大 {total} 合計、{chain} 上で、起動期限は {by}。',
    cpu: '{n} vCPU',
    ram: '{n} MiB メモリ',
    disk: '{n} GiB ディスク',
    vram: ' {n} MiB VRAM',
    image: '、イメージ {image}',
    region: '、{region} リージョンで',
  },
  job: {
    whole: '{command} を実行{input}、最大 {fuel} fuel、最大 {rate} 毎十億 fuel、最大 {total} 合計、{chain} 上で、{by} までに。',
    input: '、入力 "{input}"',
  },
  units: { day: ['日', '日'], hour: ['時間', '時間'], minute: ['分', '分'], second: ['秒', '秒'] },
};
