/** The line above: the name, which network this is, the list of orders, light or dark, and the wallet. */
import { useState } from 'react';
import { useConnection } from 'wagmi';
import { chainOf } from '../../intents/registry.ts';
import { short } from './format.ts';
import { List, Mark, Theme, WalletIcon } from './icons.tsx';
import { useNetwork } from './network.ts';

export function Header({ onWallet, onOrders, listing }: { onWallet(): void; onOrders(): void; listing: boolean }) {
  const { registry, wallet, walletName } = useNetwork();
  const { connector, chainId } = useConnection();
  const foreign = wallet && chainId !== undefined && !chainOf(registry, chainId);
  return (
    <header className="top">
      <span className="brand"><Mark /> Tender</span>
      {registry.network === 'local' && <span className="pill" title="Chains on this machine: nothing here is worth anything">local<span className="only-wide"> network</span></span>}
      {foreign && <span className="pill warn" title="Your wallet is asked to change its chain when you sign">other chain</span>}
      <span className="spread" />
      <button type="button" className="bare only-narrow" onClick={onOrders} aria-expanded={listing} aria-label="Your orders"><List /></button>
      <ThemeButton />
      <button type="button" className={wallet ? 'wallet-button' : 'wallet-button primary'} onClick={onWallet}>
        {connector?.icon && wallet ? <img src={connector.icon} alt="" width="20" height="20" /> : <WalletIcon />}
        {wallet ? <span><span className="only-wide">{walletName} </span><code>{short(wallet.address)}</code></span> : 'Connect'}
      </button>
    </header>
  );
}

function ThemeButton() {
  const [theme, setTheme] = useState(document.documentElement.dataset.theme ?? '');
  const dark = theme === 'dark' || (theme === '' && matchMedia('(prefers-color-scheme: dark)').matches);
  const turn = () => {
    const next = dark ? 'light' : 'dark';
    document.documentElement.dataset.theme = next;
    localStorage.setItem('tender.theme', next);
    setTheme(next);
  };
  return <button type="button" className="bare" onClick={turn} aria-label={dark ? 'Use light colours' : 'Use dark colours'}><Theme /></button>;
}
