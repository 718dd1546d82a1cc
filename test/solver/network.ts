/** Two real local chains with contracts and pools, a user, and what the network does for a solver, for the tests in this folder. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Address, type Hex, type LocalAccount, maxUint256, zeroHash } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { type LocalChain, startChain } from '../../api/local/anvil.ts';
import { fund } from '../../api/local/faucet.ts';
import { attestersOf, type Keys, loadKeys } from '../../api/local/keys.ts';
import { buildWorld as buildLocalWorld } from '../../api/local/world.ts';
import { deployTender } from '../../contracts/client/deploy.ts';
import { attestedEvidence, deliveriesRoot, jobEvidence, recordKey } from '../../contracts/client/evidence.ts';
import { evmLedger } from '../../contracts/client/evm.ts';
import type { Awarded, Call, Drop, Ledger } from '../../contracts/client/ledger.ts';
import { jobStateOf } from '../../contracts/client/job.ts';
import { clientOf } from '../../contracts/client/rpc.ts';
import { createSender } from '../../contracts/client/sender.ts';
import { type Award, marketDigest, marketTypedData, type MarketMessages, type MarketType } from '../../intents/market.ts';
import { NATIVE, type Order, orderId, type OrderOf, type SignedOrder, typedDataOf } from '../../intents/order.ts';
import { type Registry, tokenNamed } from '../../intents/registry.ts';
import { authorisationOf } from '../../solver/admit.ts';
import { openJournal } from '../../solver/journal.ts';
import type { Artifacts } from '../../solver/ports.ts';
import { type Built, buildWorld } from '../../solver/world.ts';

export type Network = {
  registry: Registry;
  chains: LocalChain[];
  keys: Keys;
  auctioneer: LocalAccount;
  ledger(chain: string): Ledger;
  /** A funded user that has approved Settlement everywhere. */
  user(): Promise<User>;
  /** A solver's key with balances on both chains. */
  solver(amounts?: Record<string, bigint>): Promise<Hex>;
  world(key: Hex, dir: string, options?: { signal?: AbortSignal; artifacts?: Artifacts; log?: boolean }): Promise<Built>;
  /** Signatures of two attesters over the finalised records. */
  prove(origin: string, drops: readonly Drop[], chainId: number): Promise<Hex>;
  verdict(order: OrderOf<'job'>, result: Hex, fuel: bigint): Promise<Hex>;
  folder(): string;
  stop(): Promise<void>;
};
export type User = { account: LocalAccount; send(call: Call): Promise<void>; sign(order: Order): Promise<SignedOrder> };

export const ETHER = 10n ** 18n;
export const USDC = 10n ** 6n;

/** `ticking`: three blocks a second, so that nothing waits long; the chains' clocks then run ahead, a second a block. */
export async function startNetwork({ ticking = true } = {}): Promise<Network> {
  const dir = mkdtempSync(join(tmpdir(), 'tender-solver-'));
  const keys = loadKeys(dir);
  const chains = await Promise.all([
    startChain({ id: 31301, name: 'ethereum', port: await freePort(), dir }),
    startChain({ id: 31302, name: 'base', port: await freePort(), dir }),
  ]);
  const gaps = { 31301: 60, 31302: 60 };
  const registry = await buildLocalWorld(chains, {
    keys,
    deployTender: ({ url, bondToken, attesters }) =>
      deployTender({
        rpc: url,
        deployer: privateKeyToAccount(keys.deployer),
        config: { attesters: attesters.signers, k: attesters.k, gaps, localGap: 60, bondToken, bondDelay: 864_000 },
      }),
  });
  const auctioneer = privateKeyToAccount(keys.auctioneer);
  const ledgers = new Map(registry.chains.map((chain) => [chain.name, evmLedger({ chain })]));
  const ledger = (name: string) => ledgers.get(name) as Ledger;
  const ticker = setInterval(() => ticking && void Promise.all(chains.map((chain) => chain.rpc('evm_mine'))).catch(() => {}), 350);
  const journals: { close(): Promise<void> }[] = [];
  let folders = 0;
  const folder = () => join(dir, `solver-${++folders}`);

  const give = (to: Address, amounts: Record<string, bigint>) =>
    Promise.all(
      registry.chains.map((chain) =>
        fund(chain, keys.minter, to, Object.fromEntries(Object.entries(amounts).filter(([symbol]) => tokenNamed(chain, symbol)))),
      ),
    );

  return {
    registry,
    chains,
    keys,
    auctioneer,
    ledger,
    folder,
    async user() {
      const account = privateKeyToAccount(generatePrivateKey());
      await give(account.address, { ETH: 10n * ETHER, USDC: 100_000n * USDC, DAI: 100_000n * ETHER });
      const journal = await openJournal(join(folder(), 'user.jsonl'));
      journals.push(journal);
      const senders = new Map(
        registry.chains.map((chain) => [chain.id, createSender({ ledger: ledger(chain.name), rpc: chain.rpc, account, journal })]),
      );
      let n = 0;
      const send = async (call: Call) => {
        const row = await senders.get(call.chainId)!.send(`user-${++n}`, call);
        if (row.state === 'failed') throw new Error(row.error);
      };
      await Promise.all(
        registry.chains.flatMap((chain) =>
          ['USDC', 'DAI'].flatMap((symbol) =>
            [chain.contracts.settlement, chain.contracts.escrow].map((spender) =>
              send(ledger(chain.name).approveCall(tokenNamed(chain, symbol)!.address, spender, maxUint256)),
            ),
          ),
        ),
      );
      const sign = async (order: Order): Promise<SignedOrder> => {
        if (isOwn(order)) return { order, auth: { mode: 'own' } };
        return { order, auth: { mode: 'signature', signature: await account.signTypedData(typedDataOf(order) as never) } };
      };
      return { account, send, sign };
    },
    async solver(amounts = { ETH: 50n * ETHER, WETH: 20n * ETHER, USDC: 500_000n * USDC, DAI: 500_000n * ETHER }) {
      const key = generatePrivateKey();
      await give(privateKeyToAccount(key).address, amounts);
      return key;
    },
    world: (key, at, { signal = new AbortController().signal, artifacts = noArtifacts, log = false } = {}) =>
      buildWorld({
        registry,
        key,
        dir: at,
        rpc: {},
        artifacts,
        signal,
        log: log ? (event, detail) => console.error(event, detail) : () => {},
      }),
    async prove(origin, drops, chainId) {
      const destination = registry.chains.find(({ id }) => id === chainId)!;
      const settlement = registry.chains.find(({ name }) => name === origin)!;
      const final = await ledger(destination.name).finalised();
      const leaves = await Promise.all(
        drops.map(async (drop) => ({
          key: recordKey(drop),
          word: await clientOf(destination.rpc).readContract({
            address: destination.contracts.delivery,
            abi: RECORDS,
            functionName: 'records',
            args: [recordKey(drop)],
            blockNumber: BigInt(final.number),
          }),
        })),
      );
      const message = {
        chain: `0x${chainId.toString(16).padStart(64, '0')}` as Hex,
        delivery: destination.contracts.delivery,
        number: BigInt(final.number),
        asOf: final.at,
        root: deliveriesRoot(leaves),
      };
      const signatures = await signedByAttesters(registry, keys, 'Deliveries', message, settlement.id, settlement.contracts.attested);
      return attestedEvidence({ leaves, index: 0, number: final.number, asOf: final.at, set: registry.attesters, signatures });
    },
    async verdict(order, result, fuel) {
      const signatures = await signedByAttesters(
        registry,
        keys,
        'Verdict',
        { job: orderId(order), result, fuel },
        order.chainId,
        order.message.terms.verifier,
      );
      const deal = await ledger(registry.chains.find(({ id }) => id === order.chainId)!.name).dealOf(order);
      const open = deal === undefined || jobStateOf(deal.state).phase === 'open';
      return jobEvidence[open ? 'proven' : 'judge'](order, { result, fuel, set: registry.attesters, signatures });
    },
    async stop() {
      clearInterval(ticker);
      await Promise.all([...journals.map((journal) => journal.close()), ...chains.map((chain) => chain.stop())]);
      rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

const RECORDS = [
  { type: 'function', name: 'records', stateMutability: 'view', inputs: [{ type: 'bytes32' }], outputs: [{ type: 'uint256' }] },
] as const;
const noArtifacts: Artifacts = {
  get: () => Promise.reject(new Error('no artifacts here')),
  put: () => Promise.reject(new Error('no artifacts here')),
};
const isOwn = (order: Order) => order.message.sell.token === NATIVE;

async function signedByAttesters<T extends MarketType>(
  registry: Registry,
  keys: Keys,
  type: T,
  message: MarketMessages[T],
  chainId: number,
  verifier: Address,
) {
  const signers = attestersOf(keys);
  return Promise.all(
    ([1, 3] as const).map(async (n) => {
      const account = privateKeyToAccount(keys[`attester-${n}`]);
      const signature = await account.signTypedData(marketTypedData(type, message, chainId, verifier) as never);
      return { index: registry.attesters.signers.indexOf(signers[n - 1]!), signature };
    }),
  );
}

export const now = () => Math.floor(Date.now() / 1_000);

export type Said = {
  from: string;
  to?: string;
  sell: [symbol: string, amount: bigint];
  buy: [symbol: string, amount: bigint];
  exact?: 'in' | 'out';
  seconds?: number;
};
/** An order for tokens between the network's chains; what is native on the sell side goes through escrow. */
export function orderOf({ registry, auctioneer }: Network, user: Address, said: Said): Order {
  const chain = registry.chains.find(({ name }) => name === said.from)!;
  const destination = registry.chains.find(({ name }) => name === (said.to ?? said.from))!;
  const sellToken = tokenNamed(chain, said.sell[0])!.address;
  const buyToken = tokenNamed(destination, said.buy[0])!.address;
  const seconds = said.seconds ?? 900;
  const base = { sentence: 'a test', user, nonce: BigInt(Math.floor(Math.random() * 2 ** 48)) };
  const sell = said.exact === 'out' ? { token: sellToken, atMost: said.sell[1] } : { token: sellToken, exactly: said.sell[1] };
  const amount = said.exact === 'out' ? { exactly: said.buy[1] } : { atLeast: said.buy[1] };
  const terms = { auctioneer: auctioneer.address, exclusiveUntil: now() + seconds + 60 };
  const fills = destination === chain && sellToken !== NATIVE;
  const head = { chainId: chain.id, settlement: fills ? chain.contracts.settlement : chain.contracts.escrow };
  if (fills) {
    const message = { ...base, sell, buy: { token: buyToken, ...amount, to: user }, terms: { ...terms, fillBy: now() + seconds } };
    return { kind: said.exact === 'out' ? 'fillOut' : 'fillIn', ...head, message } as Order;
  }
  const verifier = destination === chain ? chain.contracts.local : chain.contracts.attested;
  const deliverBy = now() + seconds + 60;
  const message = {
    ...base,
    sell,
    buy: { chainId: BigInt(destination.id), token: buyToken, ...amount, to: user, deliverBy },
    terms: { ...terms, openBy: now() + seconds, closeAfter: deliverBy + 120, verifier },
  };
  return { kind: said.exact === 'out' ? 'openOut' : 'openIn', ...head, message } as Order;
}

/** The auctioneer's award and the solver's acceptance, as they come out of an auction. */
export async function awardTo(
  { auctioneer }: Network,
  solver: LocalAccount,
  signed: SignedOrder,
  sell: bigint,
  buy: bigint,
  seconds = 600,
): Promise<Awarded> {
  const { order } = signed;
  const bond = order.kind === 'lease' ? order.message.terms.noShowPenalty : order.kind === 'job' ? order.message.terms.bondAtLeast : USDC;
  const award: Award = {
    order: orderId(order),
    part: 0n,
    solver: solver.address,
    sell,
    buy,
    bond,
    cutAt: now(),
    notBefore: 0,
    fillBy: now() + seconds,
    after: zeroHash,
  };
  const sign = (account: LocalAccount, type: MarketType, message: unknown) =>
    account.signTypedData(marketTypedData(type, message as never, order.chainId, order.settlement) as never);
  const reply = {
    award: marketDigest('Award', award, order.chainId, order.settlement),
    authorisation: authorisationOf(signed),
    accepted: true,
  };
  return { award, signature: await sign(auctioneer, 'Award', award), reply, replySignature: await sign(solver, 'Reply', reply) };
}

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
