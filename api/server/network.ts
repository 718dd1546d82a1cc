/** Everything that routes stand on, put together by hand in `build.ts`. */
import type { Registry } from '../../intents/registry.ts';
import type { Log } from '../auction/auction.ts';
import type { Store } from '../store/index.ts';
import type { Admission } from './admit.ts';
import type { Desk } from './ask.ts';
import type { Chat } from './chat.ts';
import type { Faucet } from './faucet.ts';
import type { Market } from './market.ts';
import type { Peers } from './peers.ts';
import type { Relay } from './relay.ts';

export type Network = {
  registry: Registry;
  store: Store;
  admission: Admission;
  desk: Desk;
  chat: Chat;
  market: Market;
  attesters: Peers;
  relay: Relay;
  faucet?: Faucet;
  log: Log;
};
