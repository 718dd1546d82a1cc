/** The network that this page speaks to, for every component below it. */
import { createContext, useContext } from 'react';
import type { Registry } from '../../intents/registry.ts';
import type { Client } from '../client/client.ts';
import type { Wallet } from '../client/wallet.ts';

export type Network = {
  client: Client;
  registry: Registry;
  wallet: Wallet | undefined;
  walletName: string | undefined;
  /** Opens the wallet menu. */
  choose(): void;
};
export const NetworkContext = createContext<Network | undefined>(undefined);

export function useNetwork(): Network {
  const network = useContext(NetworkContext);
  if (!network) throw new Error('This component is used outside of the page.');
  return network;
}
