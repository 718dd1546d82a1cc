/** The wallet menu: every wallet that announced itself, the connected one's funds on all chains, and the faucet of a local network. */
import { useCallback, useEffect, useState } from 'react';
import type { Address } from 'viem';
import { type Connector, useConnect, useConnectors, useDisconnect } from 'wagmi';
import { amountOf } from '../../intents/amounts.ts';
import type { ErrorValue } from '../../intents/errors.ts';
import type { Registry } from '../../intents/registry.ts';
import { nodeOf } from '../client/node.ts';
import { walletError } from '../client/wallet.ts';
import { DEMO_RDNS } from './demoWallet.ts';
import { short, shortAmount } from './format.ts';
import { errorValue } from './hooks.ts';
import { useNetwork } from './network.ts';
import { ChainBadge, CopyButton, Trouble } from './parts.tsx';
import { Sheet } from './Sheet.tsx';
import { walletIcon } from './walletIcon.ts';

export function WalletMenu({ onClose }: { onClose(): void }) {
  const { wallet } = useNetwork();
  const [choosing] = useState(wallet === undefined);
  // However the wallet came to be connected (wagmi reconnects by itself too), the choice is made.
  const made = choosing && wallet !== undefined;
  useEffect(() => {
    if (made) onClose();
  }, [made, onClose]);
  return (
    <Sheet title={choosing ? 'Connect a wallet' : 'Your wallet'} id="wallet-title" narrow onClose={onClose}>
      {wallet && !choosing ? <Connected address={wallet.address} onClose={onClose} /> : <Choice />}
    </Sheet>
  );
}

function Choice() {
  const connectors = useConnectors();
  const { mutateAsync: connect, isPending } = useConnect();
  const { registry } = useNetwork();
  const [error, setError] = useState<ErrorValue>();
  const pick = async (connector: Connector) => {
    setError(undefined);
    try {
      await connect({ connector });
    } catch (failure) {
      if (failure instanceof Error && failure.name === 'ConnectorAlreadyConnectedError') return;
      const known = walletError(failure);
      setError(known.code === 'rejected' ? { code: 'rejected', message: 'The wallet did not connect.', hint: 'Open it, unlock it, and try again.' } : known.toJSON());
    }
  };
  const demoLast = [...connectors].sort((a, b) => Number(a.id === DEMO_RDNS) - Number(b.id === DEMO_RDNS));
  return (
    <>
      <ul className="wallets">
        {demoLast.map((connector) => (
          <li key={connector.uid}>
            <button type="button" className="wallet" disabled={isPending} onClick={() => void pick(connector)}>
              <img src={connector.icon ?? walletIcon} alt="" width="32" height="32" />
              <span><strong>{connector.name}</strong>{connector.id === DEMO_RDNS && <span className="quiet">Key in this browser. Test money only: it refuses every chain but the local ones.</span>}</span>
            </button>
          </li>
        ))}
      </ul>
      {connectors.length === 0 && <p>No wallet announced itself. Install one that knows EIP-6963{registry.network === 'local' ? '' : ' and load this page again'}.</p>}
      {error && <Trouble error={error} actions={[]} />}
    </>
  );
}

type Holding = { chain: string; text: string };
/** What a wallet holds of listed tokens, on every chain. */
export async function holdingsOf(registry: Registry, owner: Address): Promise<Holding[]> {
  const found = await Promise.all(registry.chains.flatMap((chain) => {
    const node = nodeOf(registry, chain.id);
    return chain.tokens.map(async (token) => ({ chain, token, amount: await node.balanceOf(owner, token.address) }));
  }));
  return found.filter(({ amount }) => amount > 0n).map(({ chain, token, amount }) => ({ chain: chain.name, text: amountOf(registry, chain.id, token.address, amount) }));
}

function Connected({ address, onClose }: { address: Address; onClose(): void }) {
  const { registry, client, walletName } = useNetwork();
  const { mutate: disconnect } = useDisconnect();
  const [holdings, setHoldings] = useState<Holding[]>();
  const [error, setError] = useState<ErrorValue>();
  const [filling, setFilling] = useState(false);
  const look = useCallback(() => holdingsOf(registry, address).then(setHoldings, (failure: unknown) => setError(errorValue(failure))), [registry, address]);
  useEffect(() => void look(), [look]);
  const fill = async () => {
    setFilling(true);
    setError(undefined);
    await client.faucet(address).then(look, (failure: unknown) => setError(errorValue(failure)));
    setFilling(false);
  };
  return (
    <>
      <p className="address-line"><strong>{walletName}</strong> <code title={address}>{short(address)}</code> <CopyButton text={address} label="Copy the address" /></p>
      <div className="holdings" aria-live="polite" aria-busy={!holdings}>
        {!holdings && !error && <p className="quiet">Looking at the chains …</p>}
        {holdings?.length === 0 && <p className="quiet">This wallet holds no listed token yet.</p>}
        {registry.chains.map(({ name }) => {
          const here = holdings?.filter(({ chain }) => chain === name) ?? [];
          return here.length > 0 && (
            <div key={name} className="holding"><ChainBadge name={name} /><ul>{here.map(({ text }) => <li key={text} title={text}>{shortAmount(text)}</li>)}</ul></div>
          );
        })}
      </div>
      {error && <Trouble error={error} actions={[{ label: 'Try again', run: () => void look() }]} />}
      <footer className="sheet-foot">
        <button type="button" onClick={() => { disconnect({}); onClose(); }}>Disconnect</button>
        {registry.network === 'local' && <button type="button" className="primary" disabled={filling} onClick={() => void fill()}>{filling ? 'Filling …' : 'Get test tokens'}</button>}
      </footer>
    </>
  );
}
