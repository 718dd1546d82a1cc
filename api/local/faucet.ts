/** Gives test tokens and native coin on local chains, signed by the minter's key. */
import { type Address, type Hex, parseAbi } from 'viem';
import { TenderError } from '../../intents/errors.ts';
import type { Chain } from '../../intents/registry.ts';
import { type Call, callData, createSender, type Sender } from './sender.ts';

/** What the faucet needs to know of a chain. */
export type Funded = Pick<Chain, 'id' | 'name' | 'rpc' | 'tokens' | 'weth'>;
/** Base units by symbol. */
export type Amounts = Record<string, bigint>;

const TOKEN = parseAbi([
  'function mint(address to, uint256 amount)',
  'function transfer(address to, uint256 amount)',
  'function deposit()',
]);
const GAS = 150_000n;

const senders = new Map<string, Sender>();

/** Sends all amounts and waits until they are mined; the transactions. Throws `unknown_token`. */
export async function fund(chain: Funded, minterKey: Hex, to: Address, amounts: Amounts): Promise<Hex[]> {
  const calls = Object.entries(amounts).flatMap(([symbol, amount]) => (amount === 0n ? [] : gift(chain, symbol, to, amount)));
  const receipts = await senderFor(chain, minterKey).sendAll(calls);
  return receipts.map(({ transactionHash }) => transactionHash);
}

function gift(chain: Funded, symbol: string, to: Address, amount: bigint): Call[] {
  const token = chain.tokens.find((each) => each.symbol.toLowerCase() === symbol.toLowerCase());
  if (!token) throw new TenderError('unknown_token', `There is no ${symbol} on ${chain.name}.`, { param: symbol });
  if (token.native) return [{ to, value: amount, gas: GAS }];
  if (token.address !== chain.weth) return [{ to: token.address, data: callData(TOKEN, 'mint', [to, amount]), gas: GAS }];
  return [
    { to: token.address, value: amount, data: callData(TOKEN, 'deposit'), gas: GAS },
    { to: token.address, data: callData(TOKEN, 'transfer', [to, amount]), gas: GAS },
  ];
}

/** One sender per chain and key, so that calls side by side take turns. */
function senderFor(chain: Funded, key: Hex): Sender {
  const url = chain.rpc[0] as string;
  const id = `${url} ${key}`;
  const sender = senders.get(id) ?? createSender({ id: chain.id, name: chain.name, url }, key);
  senders.set(id, sender);
  return sender;
}
