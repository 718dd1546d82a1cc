/** The page: a conversation in the middle, orders beside it, the wallet above it, the sentence below it. */
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type Connector, useConnection } from 'wagmi';
import { orderId } from '../../intents/order.ts';
import { chainOf, type Registry } from '../../intents/registry.ts';
import type { Client } from '../client/client.ts';
import type { Prepared } from '../client/shapes.ts';
import type { Wallet } from '../client/wallet.ts';
import { Composer, type Draft } from './Composer.tsx';
import { DEMO_RDNS } from './demoWallet.ts';
import { Header } from './Header.tsx';
import { useTender } from './hooks.ts';
import { forgetMeter, keepMeter, meterKey } from './meter.ts';
import { NetworkContext } from './network.ts';
import { type Eip1193, providerWallet } from './providerWallet.ts';
import { TurnView } from './TurnView.tsx';
import type { Turn } from './turns.ts';
import { Welcome } from './Welcome.tsx';

const WalletMenu = lazy(() => import('./WalletMenu.tsx').then(({ WalletMenu: component }) => ({ default: component })));
const Orders = lazy(() => import('./Orders.tsx').then(({ Orders: component }) => ({ default: component })));

export function App({ client, registry }: { client: Client; registry: Registry }) {
  const { wallet, walletName, chain, isDemo } = useConnectedWallet(registry);
  const [choosing, setChoosing] = useState(false);
  const [listing, setListing] = useState(false);
  const [posted, setPosted] = useState(0);
  const [draft, setDraft] = useState<Draft>({ text: '', files: [] });
  const box = useRef<HTMLTextAreaElement>(null);
  const tender = useTender({
    client, wallet, meterKey, ...(chain && { chain }),
    onPosted(order, id) {
      keepMeter(order, id);
      setPosted((count) => count + 1);
    },
  });
  const { turns } = tender;
  const note = useNotes(turns);
  const stages = turns.map(({ state }) => (state.at === 'running' ? state.run.life.status : '')).join();
  const faucet = useFaucet(client, registry, wallet, isDemo);
  const network = useMemo(() => ({ client, registry, wallet, walletName, choose: () => setChoosing(true) }), [client, registry, wallet, walletName]);
  const closeMenu = useCallback(() => setChoosing(false), []);
  const rewrite = (text: string, select?: string) => {
    setDraft((now) => ({ text, files: now.files, ...(select && { select }) }));
    box.current?.focus();
  };
  return (
    <NetworkContext value={network}>
      <a className="skip" href="#sentence">Skip to the sentence</a>
      <Header onWallet={() => setChoosing(true)} onOrders={() => setListing(!listing)} listing={listing} />
      <div className={listing ? 'columns listing' : 'columns'}>
        <Suspense><Orders fresh={`${posted} ${stages}`} onClose={() => setListing(false)} onOpen={(order) => {
          setListing(false);
          if (!turns.some(({ state }) => state.at === 'running' && state.run.id === orderId(order))) tender.resume(order);
        }} /></Suspense>
        <main>
          {turns.length === 0 ? <Welcome onTry={(text) => rewrite(text)} /> : (
            <ol className="thread">
              {turns.map((turn, index) => (
                <TurnView key={turn.key} turn={turn} before={preparedBefore(turns, index)} tender={tender} onRewrite={rewrite} onFaucet={faucet && (() => void faucet().then(() => tender.again(turn)))} />
              ))}
            </ol>
          )}
          <div id="end" ref={useScrollDown(turns)} />
        </main>
      </div>
      <Composer draft={draft} setDraft={setDraft} box={box} onSay={tender.say} />
      <p className="hidden" role="status">{note}</p>
      {choosing && <Suspense><WalletMenu onClose={closeMenu} /></Suspense>}
    </NetworkContext>
  );
}

/** The connected wallet as the SDK sees it. */
function useConnectedWallet(registry: Registry) {
  const { address, connector, chainId } = useConnection();
  const [wallet, setWallet] = useState<Wallet>();
  useEffect(() => {
    let gone = false;
    setWallet(undefined);
    // While wagmi reconnects, the connector is there before its provider is.
    if (address && connector && 'getProvider' in connector) {
      void (connector as Connector).getProvider().then((provider) => gone || setWallet(providerWallet(provider as Eip1193, address, registry)), () => {});
    }
    return () => void (gone = true);
  }, [address, connector, registry]);
  return { wallet, walletName: connector?.name, chain: chainId === undefined ? undefined : chainOf(registry, chainId)?.name, isDemo: connector?.id === DEMO_RDNS };
}

/** Tokens for whoever has none: local networks only. A demo wallet that holds nothing is filled at once. */
function useFaucet(client: Client, registry: Registry, wallet: Wallet | undefined, isDemo: boolean) {
  const user = wallet?.address;
  useEffect(() => {
    if (!user || !isDemo) return;
    void import('./WalletMenu.tsx').then(({ holdingsOf }) => holdingsOf(registry, user)).then((holdings) => (holdings.length === 0 ? client.faucet(user) : undefined)).catch(() => {});
  }, [client, registry, user, isDemo]);
  return registry.network === 'local' && user ? () => client.faucet(user) : undefined;
}

/** The last card before a turn, if the turn may be an edit of it. */
function preparedBefore(turns: readonly Turn[], index: number): Prepared | undefined {
  const state = turns[index - 1]?.state;
  const own = turns[index]?.state;
  return state?.at === 'ready' && own?.at === 'ready' && state.prepared.intent.kind === own.prepared.intent.kind ? state.prepared : undefined;
}

/** What a screen reader should hear of the newest turn. */
function useNotes(turns: readonly Turn[]): string {
  const last = turns.at(-1)?.state;
  useEffect(() => {
    for (const { state } of turns) if (state.at === 'running' && state.run.doing === 'over' && state.run.id && state.run.order.kind === 'lease') forgetMeter(state.run.id);
  }, [turns]);
  switch (last?.at) {
    case 'thinking':
      return 'Working on it.';
    case 'question':
      return `Question: ${last.question.sentence} ${last.question.options.length} options.`;
    case 'refused':
      return `Refused: ${last.refusal.message}`;
    case 'ready':
      return `Ready to sign: ${last.prepared.sentence}`;
    case 'running':
      return last.run.receipt ? `The order is ${last.run.receipt.outcome}.` : `The order is ${last.run.life.status}.`;
    default:
      return '';
  }
}

/** Keeps the newest thing in view while the reader is at the end. */
function useScrollDown(turns: readonly Turn[]) {
  const end = useRef<HTMLDivElement>(null);
  const count = useRef(0);
  useEffect(() => {
    const near = window.innerHeight + window.scrollY > document.body.scrollHeight - 400;
    if (turns.length > 0 && (turns.length > count.current || near)) end.current?.scrollIntoView({ block: 'end', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
    count.current = turns.length;
  }, [turns]);
  return end;
}
