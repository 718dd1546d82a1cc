/** Canonical sentences in Chinese. */
import type { Phrasebook } from '../describe.ts';

export const zh: Phrasebook = {
  locale: 'zh',
  comma: false,
  swap: {
    sellAcross: '卖出正好 {sold}（在 {from}），换取至少 {bought}（在 {at}）',
    sellHere: '卖出正好 {sold}，换取至少 {bought}，在 {at}',
    buyAcross: '购买正好 {bought}（在 {at}），支付最多 {sold}（在 {from}）',
    buyHere: '购买正好 {bought}，支付最多 {sold}，在 {from}',
    to: '，收款人 {to}',
    by: '，不晚于 {by}',
    times: '，接单截至 {taken}，不晚于 {by}',
    end: '。',
  },
  lease: {
    whole: '租用 {machine}，最多 {duration}{region}，最多 {rate} 每小时总共，最多 {total} 总共，在 {chain}，启动截至 {by}。',
    cpu: '{n} vCPU',
    ram: '{n} MiB 内存',
    disk: '{n} GiB 硬盘',
    vram: ' {n} MiB 显存',
    image: '，镜像 {image}',
    region: '，位于 {region}',
  },
  job: {
    whole: '运行 {command}{input}，最多 {fuel} fuel，最多 {rate} 每十亿 fuel，最多 {total} 总共，在 {chain}，不晚于 {by}。',
    input: '，输入 "{input}"',
  },
  units: { day: ['天', '天'], hour: ['小时', '小时'], minute: ['分钟', '分钟'], second: ['秒', '秒'] },
};
