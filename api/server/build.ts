/** Puts an API process together: store, ledgers, sessions, evidence, auctions and routes, wired by hand in one place. */
import type { LocalAccount } from 'viem';
import { namesOf } from '../../contracts/client/ens.ts';
import { evmLedger } from '../../contracts/client/evm.ts';
import { pause } from '../../contracts/client/rpc.ts';
import { chainOf, type Registry } from '../../intents/registry.ts';
import { type AuctionOptions, type Auctions, createAuctions, type Log } from '../auction/auction.ts';
import type { Model } from '../assistant/assistant.ts';
import type { Store } from '../store/index.ts';
import { type App, createApp } from './app.ts';
import { createDesk, type DeskOptions } from './ask.ts';
import { createChat } from './chat.ts';
import { createClock } from './clock.ts';
import { createEvidence } from './evidence.ts';
import type { Faucet } from './faucet.ts';
import { startHerald } from './herald.ts';
import { createMarket, type Market } from './market.ts';
import { createPeers } from './peers.ts';
import { createPrices } from './prices.ts';
import { createRelay } from './relay.ts';
import { createReports } from './reports.ts';

export type Parts = {
  registry: Registry;
  /** The registry as everyone may see it, if it differs: private endpoints stay private. */
  published?: Registry;
  store: Store;
  auctioneer: LocalAccount;
  log: Log;
  faucet?: Faucet;
  /** Where the grammar abstains. */
  read?: NonNullable<DeskOptions['read']>;
  /** The assistant's model; without one it answers from templates. */
  model?: Model;
  times?: Pick<AuctionOptions, 'cutMs' | 'replyMs' | 'reconnectMs' | 'retryMs'>;
};
export type Built = {
  app: App;
  market: Market;
  /** Leads auctions whenever this process is the auctioneer in office; resolves when the signal falls. */
  run(signal: AbortSignal): Promise<void>;
  /** Ends all sessions. */
  close(): void;
};

const MOST_ATTESTERS = 64;
const REST_MS = 500;

export async function build({ registry, published = registry, store, auctioneer, log, faucet, read, model, times }: Parts): Promise<Built> {
  const ledgers = new Map(registry.chains.map((chain) => [chain.id, evmLedger({ chain })]));
  const ledgerOf = (chainId: number) => ledgers.get(chainId);
  const clock = createClock(ledgers);
  await clock.read();
  const { now } = clock;
  const wall = () => Math.floor(Date.now() / 1_000);
  let auctions: Auctions | undefined;

  const attesters = createPeers({
    role: 'attester', now: wall, most: MOST_ATTESTERS,
    admits: (address) => registry.attesters.signers.some((signer) => signer.toLowerCase() === address.toLowerCase()),
    onOpen: ({ address }) => log('attester.joined', { attester: address }),
    // Answers that come after their question has been settled.
    onFrame: () => {},
  });
  const evidence = createEvidence({ registry, store, ledgerOf, attesters, now, log });
  const market = createMarket({ now: wall, auctions: () => auctions, evidence, reports: createReports({ store, now }), log });
  const relay = createRelay({ store, market, now: wall });
  const home = registry.chains.find(({ ens }) => ens);
  const names = home?.ens && namesOf({ chain: home, ens: home.ens });
  const desk = createDesk({ registry, store, market, ledgerOf, now, prices: createPrices({ registry, market, now }), ...(names && { names }), ...(read && { read }) });
  const admission = { registry, store, ledgerOf, now };
  const app = createApp({ registry: published, store, admission, desk, chat: createChat({ registry, store, desk, model, ...(read && { read }) }), market, attesters, relay, ...(faucet && { faucet }), log });
  const hush = startHerald(store, market.peers, log);

  async function lead(signal: AbortSignal): Promise<void> {
    const leadership = await store.lead('auction', signal);
    if (!leadership) return;
    const { fence, lost, resign } = leadership;
    auctions = createAuctions({ store, fence, account: auctioneer, ledgerOf: (id) => (chainOf(registry, id) ? ledgerOf(id) : undefined), floor: market.floor, now, log, ...times });
    try {
      await auctions.run(AbortSignal.any([signal, lost]));
    } finally {
      auctions = undefined;
      await resign();
    }
  }

  return {
    app,
    market,
    async run(signal) {
      void clock.follow(signal);
      while (!signal.aborted) {
        await lead(signal).catch((error: unknown) => log('auction.ended', { reason: error instanceof Error ? error.message : String(error) }));
        await pause(REST_MS, signal);
      }
    },
    close() {
      hush();
      market.peers.closeAll();
      attesters.closeAll();
    },
  };
}
