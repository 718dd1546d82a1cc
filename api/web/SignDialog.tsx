/** The last look before a signature: exactly the typed data that the wallet will show, field by field, and nothing else. */
import { useMemo } from 'react';
import type { ErrorValue } from '../../intents/errors.ts';
import { type Order, orderId } from '../../intents/order.ts';
import { checkPrepared } from '../client/check.ts';
import type { Prepared } from '../client/shapes.ts';
import { errorValue } from './hooks.ts';
import { useNetwork } from './network.ts';
import { CopyButton, Trouble } from './parts.tsx';
import { Sheet } from './Sheet.tsx';
import { typedRows } from './typedRows.ts';

type Checked = { order: Order } | { error: ErrorValue };

export function SignDialog({ prepared, onSign, onClose }: { prepared: Prepared; onSign(): void; onClose(): void }) {
  const { registry, wallet, walletName } = useNetwork();
  const checked = useMemo((): Checked => {
    try {
      if (!wallet) return { error: { code: 'no_wallet', message: 'No wallet is connected.', hint: 'Connect one to sign.' } };
      return { order: checkPrepared(prepared, wallet.address, registry) };
    } catch (error) {
      return { error: errorValue(error) };
    }
  }, [prepared, wallet, registry]);
  return (
    <Sheet title="What you sign" id="sign-title" closeLabel="Close without signing" onClose={onClose}>
      {'error' in checked ? (
        <Trouble error={checked.error} actions={[{ label: 'Close', run: onClose }]} />
      ) : (
        <>
          <p className="quiet">
            {walletName ?? 'Your wallet'} shows the same fields. This page checked that the sentence says what the fields say, and that they name only this network’s contracts.
          </p>
          <blockquote className="sentence">{checked.order.message.sentence}</blockquote>
          {prepared.approval && <ApprovalLine prepared={prepared} />}
          <Fields order={checked.order} />
          <p className="id-line quiet">Order id <code>{orderId(checked.order)}</code> <CopyButton text={orderId(checked.order)} label="Copy the order’s id" /></p>
          <footer className="sheet-foot">
            <button type="button" onClick={onClose}>Not now</button>
            <button type="button" className="primary" autoFocus onClick={onSign}>Sign with {walletName ?? 'wallet'}</button>
          </footer>
        </>
      )}
    </Sheet>
  );
}

function ApprovalLine({ prepared }: { prepared: Prepared }) {
  return (
    <p className="approval">
      If the contract may not yet pull this much, the wallet first asks for an approval of exactly what your open orders need: never unlimited.
      {prepared.own && ' You also send the opening transaction yourself.'}
    </p>
  );
}

function Fields({ order }: { order: Order }) {
  const { registry } = useNetwork();
  const rows = useMemo(() => typedRows(order, registry), [order, registry]);
  return (
    <div className="typed" tabIndex={0} role="region" aria-label="Signed fields">
      <table>
        <caption>Domain: Tender, version 1, chain {order.chainId}, contract <code>{order.settlement}</code></caption>
        <thead><tr><th scope="col">Field</th><th scope="col">Signed value</th></tr></thead>
        <tbody>
          {rows.map(({ path, depth, name, value, means }) => (
            <tr key={path} className={value === undefined ? 'group' : undefined}>
              <th scope="row" className={`depth-${depth}`}>{name}</th>
              <td>{value !== undefined && <code>{value === '' ? '(empty)' : value}</code>}{means && means !== value && <span className="means">{means}</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
