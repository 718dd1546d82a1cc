/** Starts the page: fetches the network, then shows the conversation. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { type Config, WagmiProvider } from 'wagmi';
import type { ErrorValue } from '../../intents/errors.ts';
import type { Registry } from '../../intents/registry.ts';
import { createClient } from '../client/client.ts';
import { App } from './App.tsx';
import { announceDemoWallet } from './demoWallet.ts';
import { errorValue } from './hooks.ts';
import { Trouble } from './parts.tsx';
import { walletConfig } from './wallets.ts';
import './style/base.css';
import './style/page.css';
import './style/order.css';

const client = createClient(new URL('.', location.href).href);
const queries = new QueryClient();
type Found = { registry: Registry; config: Config };

function Page() {
  const [found, setFound] = useState<Found>();
  const [error, setError] = useState<ErrorValue>();
  const [tries, setTries] = useState(0);
  useEffect(() => {
    client.network().then(
      (registry) => {
        setFound((before) => {
          if (before) return before;
          announceDemoWallet(registry);
          return { registry, config: walletConfig(registry) };
        });
      },
      (failure: unknown) => setError(errorValue(failure)),
    );
  }, [tries]);
  const again = () => {
    setError(undefined);
    setTries(tries + 1);
  };
  if (error && !found) return <main className="alone"><Trouble error={error} actions={[{ label: 'Try again', run: again }]} /></main>;
  if (!found) return <main className="alone" aria-busy="true"><p className="quiet">Looking for the network …</p></main>;
  return (
    <WagmiProvider config={found.config}>
      <QueryClientProvider client={queries}>
        <App client={client} registry={found.registry} />
      </QueryClientProvider>
    </WagmiProvider>
  );
}

document.documentElement.dataset.theme = localStorage.getItem('tender.theme') ?? '';
createRoot(document.getElementById('root') as HTMLElement).render(<StrictMode><Page /></StrictMode>);
