/** Sends transactions of one key on one local chain, one after another, with the node's own word on the nonce. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Abi, type Address, createWalletClient, defineChain, encodeDeployData, encodeFunctionData, type Hex, http, publicActions,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { TenderError } from '../../intents/errors.ts';

export type Call = { to?: Address; data?: Hex; value?: bigint; gas?: bigint };
export type Receipt = { status: Hex; contractAddress: Address | null; blockNumber: Hex; gasUsed: Hex; transactionHash: Hex };
export type Place = { id: number; name: string; url: string };
export type LocalClient = ReturnType<typeof clientOf>;

export type Sender = {
  address: Address;
  client: LocalClient;
  /** Sends and waits until it is mined. Throws `reverted`. */
  send(call: Call): Promise<Receipt>;
  /** Sends all in order, and waits for all. */
  sendAll(calls: Call[]): Promise<Receipt[]>;
  deploy(artifact: { abi: Abi; bytecode: Hex }, args?: readonly unknown[]): Promise<Address>;
};

/** Enough for the largest Uniswap contract, and for a new pool with its first position. */
const GAS = 12_000_000n;
/** Far above the base fee that local chains reach. */
const FEES = { maxFeePerGas: 100_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n };

/** A viem wallet with the public actions, for local chains. */
export const clientOf = (place: Place, key: Hex) =>
  createWalletClient({
    account: privateKeyToAccount(key),
    chain: defineChain({
      id: place.id,
      name: place.name,
      nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
      rpcUrls: { default: { http: [place.url] } },
    }),
    transport: http(place.url),
    pollingInterval: 20,
  }).extend(publicActions);

export function createSender(place: Place, key: Hex): Sender {
  const client = clientOf(place, key);
  const { account } = client;
  let turn: Promise<unknown> = Promise.resolve();
  // One at a time, whoever asks: two sends with one nonce would replace each other.
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };

  const submit = async (call: Call, tries = 5): Promise<Hex> => {
    const nonce = await client.getTransactionCount({ address: account.address, blockTag: 'pending' });
    const serialized = await account.signTransaction({ gas: GAS, ...call, ...FEES, nonce, chainId: place.id, type: 'eip1559' });
    try {
      return await client.sendRawTransaction({ serializedTransaction: serialized });
    } catch (error) {
      // Another process that holds the same key was faster.
      if (tries === 0 || !/nonce too low|underpriced|already imported/i.test(String(error))) throw error;
      await sleep(20);
      return submit(call, tries - 1);
    }
  };
  const send = (call: Call) => inTurn(async () => mined(client, await submit(call)));
  return {
    address: account.address,
    client,
    send,
    sendAll: (calls) =>
      inTurn(async () => {
        // In automine anvil can strand a transaction that comes while it mines the one before.
        const eachMined = await ask<boolean>(client, 'anvil_getAutomine', []);
        const receipts: Promise<Receipt>[] = [];
        for (const call of calls) {
          const receipt = mined(client, await submit(call));
          receipts.push(receipt);
          if (eachMined) await receipt;
        }
        return Promise.all(receipts);
      }),
    deploy: async ({ abi, bytecode }, args = []) => {
      const { contractAddress } = await send({ data: encodeDeployData({ abi, bytecode, args: [...args] }) });
      return contractAddress as Address;
    },
  };
}

/** Data of a call by its name; the ABI is that of an artefact, known at run time only. */
export const callData = (abi: Abi, functionName: string, args: readonly unknown[] = []): Hex =>
  encodeFunctionData({ abi, functionName, args: [...args] });

async function mined(client: LocalClient, hash: Hex): Promise<Receipt> {
  for (let waited = 0, pause = 1; waited < 30_000; waited += pause, pause = Math.min(pause * 2, 100)) {
    const receipt = await ask<Receipt | null>(client, 'eth_getTransactionReceipt', [hash]);
    if (receipt?.status === '0x1') return receipt;
    if (receipt) throw new TenderError('reverted', `A transaction on ${client.chain.name} was reverted: ${hash}.`, { param: hash });
    await sleep(pause);
  }
  throw new TenderError('not_mined', `A transaction on ${client.chain.name} was not mined within 30 s: ${hash}.`, { param: hash });
}

const ask = <T>(client: LocalClient, method: string, params: unknown[]): Promise<T> =>
  (client.request as (call: { method: string; params: unknown[] }) => Promise<unknown>)({ method, params }) as Promise<T>;
