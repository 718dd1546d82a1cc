/** Twenty orders of every kind of path, each with a wallet of its own. */
import type { Sentence } from '../../api/local/demo/sentences.ts';

const same = (amount: number, chain: string): Sentence => ({
  text: `swap ${amount} USDC to ETH on ${chain}`,
  chain,
  funds: { [chain]: { ETH: '1', USDC: `${amount}` } },
  ends: 'settled',
});
const across = (amount: number, from: string, to: string): Sentence => ({
  text: `swap ${amount} USDC on ${from} to DAI on ${to}`,
  chain: from,
  funds: { [from]: { ETH: '1', USDC: `${amount}` } },
  ends: 'settled',
});
const native = (amount: string, from: string, to: string): Sentence => ({
  text: `swap ${amount} ETH on ${from} to USDC on ${to}`,
  chain: from,
  funds: { [from]: { ETH: '2' } },
  ends: 'settled',
});

/** `count` orders: in turn same-chain, cross-chain, native same-chain, native cross-chain, on changing chains. */
export function chaosOrders(count: number): Sentence[] {
  const chains = ['ethereum', 'base', 'arbitrum'];
  return Array.from({ length: count }, (_, index) => {
    const from = chains[index % 3] as string;
    const to = chains[(index + 1) % 3] as string;
    const amount = 50 + index * 7;
    if (index % 5 === 3) return native('0.02', from, to);
    if (index % 5 === 4) return native('0.03', from, from);
    return index % 2 === 0 ? same(amount, from) : across(amount, from, to);
  });
}
