/** Small parts that many views share: errors that always offer a way on, copying, transaction rows, clocks. */
import { type ReactNode, useEffect, useState } from 'react';
import type { Hex } from 'viem';
import type { ErrorValue } from '../../intents/errors.ts';
import { Alert, Check, Copy } from './icons.tsx';
import { short } from './format.ts';

export type Way = { label: string; run(): void };

/** What went wrong, where the money is, and at least one way on. */
export function Trouble({ error, actions, children }: { error: ErrorValue; actions: Way[]; children?: ReactNode }) {
  return (
    <div className="trouble" role="alert">
      <Alert />
      <div>
        <p className="trouble-says">{error.message}</p>
        {error.hint && <p className="trouble-hint">{error.hint}</p>}
        {children}
        <p className="ways">
          {actions.map(({ label, run }) => <button key={label} type="button" className="small" onClick={run}>{label}</button>)}
          <code className="code" title="Stable code of this error">{error.code}</code>
        </p>
      </div>
    </div>
  );
}

export function CopyButton({ text, label, children }: { text: string; label: string; children?: ReactNode }) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text).catch(() => copyByHand(text));
    setDone(true);
    setTimeout(() => setDone(false), 1_500);
  };
  return (
    <button type="button" className={children ? 'small' : 'bare'} onClick={() => void copy()} aria-label={done ? 'Copied' : label} title={label}>
      {done ? <Check /> : <Copy />}
      {children}
    </button>
  );
}

/** Where the clipboard is not allowed (plain HTTP), a selection still is. */
function copyByHand(text: string): void {
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

export const ChainBadge = ({ name, byDefault }: { name: string; byDefault?: boolean }) => (
  <span className={`chain chain-${/^[a-z]+$/.test(name) ? name : 'other'}${byDefault ? ' by-default' : ''}`} title={byDefault ? 'Your wallet’s chain: say “on base” to change it' : undefined}>{name}</span>
);

export const TxRow = ({ chain, what, hash, block }: { chain: string; what: string; hash: Hex; block?: number }) => (
  <span className="tx">
    <ChainBadge name={chain} />
    <span className="tx-what">{what}</span>
    <code title={hash}>{short(hash)}</code>
    {block !== undefined && <span className="quiet">block {block}</span>}
    <CopyButton text={hash} label="Copy the transaction’s hash" />
  </span>
);

/** Seconds since 1970, once a second. */
export function useNow(): number {
  const [now, setNow] = useState(() => Math.floor(Date.now() / 1000));
  useEffect(() => {
    const timer = setInterval(() => setNow(Math.floor(Date.now() / 1000)), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
