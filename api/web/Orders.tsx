/** The history of orders: each can be opened again, with its progress and its receipt. */
import { useEffect, useState } from 'react';
import { decodeOrder } from '../../intents/json.ts';
import { TERMINAL } from '../../intents/lifecycle.ts';
import type { Order } from '../../intents/order.ts';
import type { OrderView } from '../client/shapes.ts';
import { clock } from './format.ts';
import { errorValue } from './hooks.ts';
import { Close } from './icons.tsx';
import { useNetwork } from './network.ts';
import { Trouble } from './parts.tsx';
import type { ErrorValue } from '../../intents/errors.ts';

const FILTERS = ['all', 'tokens', 'machines', 'jobs'] as const;
type Filter = (typeof FILTERS)[number];
const kindOf = ({ order: { kind } }: OrderView): Filter => (kind === 'lease' ? 'machines' : kind === 'job' ? 'jobs' : 'tokens');

/** `fresh` changes when something was posted or went on. */
export function Orders({ fresh, onOpen, onClose }: { fresh: string; onOpen(order: Order): void; onClose(): void }) {
  const { client, wallet, choose } = useNetwork();
  const [orders, setOrders] = useState<OrderView[]>([]);
  const [next, setNext] = useState<string>();
  const [error, setError] = useState<ErrorValue>();
  const [filter, setFilter] = useState<Filter>('all');
  const user = wallet?.address;
  useEffect(() => {
    if (!user) return;
    let gone = false;
    client.orders(user).then(
      (page) => {
        if (gone) return;
        setOrders(page.orders);
        setNext(page.next);
        setError(undefined);
      },
      (failure: unknown) => gone || setError(errorValue(failure)),
    );
    return () => void (gone = true);
  }, [client, user, fresh]);
  const more = () => user && client.orders(user, next).then((page) => (setOrders((before) => [...before, ...page.orders]), setNext(page.next)), (failure: unknown) => setError(errorValue(failure)));
  const shown = orders.filter((view) => filter === 'all' || kindOf(view) === filter);
  return (
    <aside className="orders" aria-label="Your orders">
      <header className="sheet-head"><h2>Orders</h2><button type="button" className="bare only-narrow" onClick={onClose} aria-label="Close the list"><Close /></button></header>
      {!user && <p className="quiet">Connect a wallet to see its orders. <button type="button" className="small" onClick={choose}>Connect</button></p>}
      {user && orders.length > 0 && (
        <div className="filters" role="group" aria-label="Show">
          {FILTERS.map((name) => <button key={name} type="button" className="small" aria-pressed={filter === name} onClick={() => setFilter(name)}>{name}</button>)}
        </div>
      )}
      {user && orders.length === 0 && !error && <p className="quiet">Nothing yet. What you sign appears here, and can be followed from any browser.</p>}
      <ul className="order-list">
        {shown.map((view) => (
          <li key={view.id}>
            <button type="button" className="order-item" onClick={() => onOpen(decodeOrder(view.order))}>
              <span className={`status ${TERMINAL.has(view.life.status) ? view.receipt.outcome : 'pending'}`}>{view.life.status}</span>
              <span className="order-text">{view.receipt.sentence}</span>
              {view.receipt.postedAt !== undefined && <time className="quiet">{clock(view.receipt.postedAt)}</time>}
            </button>
          </li>
        ))}
      </ul>
      {next && <button type="button" className="small" onClick={() => void more()}>Older orders</button>}
      {error && <Trouble error={error} actions={[{ label: 'Try again', run: () => void more() }]} />}
    </aside>
  );
}
