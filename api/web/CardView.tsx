/** The intent card: what a signature would mean, value by value; what the user did not say is grey and can be typed over. */
import { useMemo, useState } from 'react';
import { decodeOrder } from '../../intents/json.ts';
import type { Prepared } from '../client/shapes.ts';
import type { Change } from '../../intents/intent.ts';
import { cardOf, type Edit, type Row, type Side } from './card.ts';
import { span, valueText } from './format.ts';
import { Arrow, Pencil, Shield } from './icons.tsx';
import { useNetwork } from './network.ts';
import { slotName } from './Said.tsx';
import { ChainBadge, Trouble, useNow } from './parts.tsx';
import type { ErrorValue } from '../../intents/errors.ts';

type Needs = {
  prepared: Prepared;
  /** The card of the sentence before, to show what an edit changed. */
  before: Prepared | undefined;
  /** What the sentence changed; whether a later one changed this card. */
  changes: readonly Change[];
  changed: boolean;
  trouble: ErrorValue | undefined;
  onPoint(slots: readonly string[]): void;
  onEdit(edit: Edit): void;
  onReview(): void;
  onAgain(): void;
};

export function CardView({ prepared, before, changes, changed, trouble, onPoint, onEdit, onReview, onAgain }: Needs) {
  const { registry, walletName } = useNetwork();
  const now = useNow();
  const [since] = useState(now);
  const card = useMemo(() => cardOf({ order: decodeOrder(prepared.order), intent: prepared.intent, quotes: prepared.quotes, now: since }, registry), [prepared, registry, since]);
  const old = useMemo(
    () => (before ? cardOf({ order: decodeOrder(before.order), intent: before.intent, quotes: before.quotes, now: since }, registry) : undefined),
    [before, registry, since],
  );
  const left = card.takenBy - now;
  const was = (row: Row) => old?.rows.find(({ label }) => label === row.label)?.value;
  return (
    <section className="answer card" aria-label="Your order, before you sign">
      {changes.length > 0 && <Changes changes={changes} onPoint={onPoint} />}
      <div className="sides">
        <SideView side={card.sell} was={old?.sell.amount} onPoint={onPoint} onEdit={onEdit} />
        <span className="sides-arrow"><Arrow /></span>
        <SideView side={card.buy} was={old?.buy.amount} onPoint={onPoint} onEdit={onEdit} />
      </div>
      <dl className="rows">
        {card.rows.map((row) => <RowView key={row.label} row={row} was={was(row)} onPoint={onPoint} onEdit={onEdit} />)}
      </dl>
      <p className="loss"><Shield /> {card.loss}</p>
      <blockquote className="sentence" cite="The words that you sign">{prepared.sentence}</blockquote>
      {trouble && <Trouble error={trouble} actions={[{ label: 'Ask again', run: onAgain }]} />}
      <div className="sign-line">
        {changed ? (
          <span className="quiet">You changed this below.</span>
        ) : left > 0 ? (
          <>
            <button type="button" className="primary" onClick={onReview}>Review and sign</button>
            <span className="quiet">{walletName ? `with ${walletName} · ` : ''}good for {span(left)}</span>
          </>
        ) : (
          <>
            <button type="button" className="primary" onClick={onAgain}>Ask again</button>
            <span className="quiet">This offer ran out; prices may have moved.</span>
          </>
        )}
      </div>
    </section>
  );
}

const textOf = (slot: string, value: unknown) => (slot === 'slippageBps' ? `${Number(value) / 100} %` : valueText(value));

/** What was, and what is now, value by value. */
const Changes = ({ changes, onPoint }: { changes: readonly Change[]; onPoint(slots: readonly string[]): void }) => (
  <ul className="changes" aria-label="What you changed">
    {changes.filter(({ slot }) => slot !== 'exact').map(({ slot, from, to }) => (
      <li key={slot} onMouseEnter={() => onPoint([slot])} onMouseLeave={() => onPoint([])}>
        <span className="quiet">{slotName(slot)}</span> {from !== undefined && <del>{textOf(slot, from)}</del>} {to === undefined ? <span className="quiet">not set</span> : <ins>{textOf(slot, to)}</ins>}
      </li>
    ))}
  </ul>
);

type Shared = { onPoint(slots: readonly string[]): void; onEdit(edit: Edit): void; was: string | undefined };

function SideView({ side, was, onPoint, onEdit }: { side: Side } & Shared) {
  return (
    <div className="side" onMouseEnter={() => onPoint(side.slots)} onMouseLeave={() => onPoint([])}>
      <span className="side-title">{side.title} <span className="bound">{side.bound}</span></span>
      <span className={`amount${side.byDefault ? ' by-default' : ''}`}>{side.amount}</span>
      <span className="side-foot">
        {side.chain && <ChainBadge name={side.chain} byDefault={side.chainByDefault ?? false} />}
        {side.byDefault && side.edit && <EditButton edit={side.edit} label={side.title} onEdit={onEdit} />}
        {was !== undefined && was !== side.amount && <span className="was">was {was}</span>}
      </span>
    </div>
  );
}

function RowView({ row, was, onPoint, onEdit }: { row: Row } & Shared) {
  return (
    <div className="row" onMouseEnter={() => onPoint(row.slots ?? [])} onMouseLeave={() => onPoint([])}>
      <dt>{row.label}</dt>
      <dd>
        <span className={row.byDefault ? 'by-default' : undefined}>{row.value}</span>
        {row.byDefault && row.edit && <EditButton edit={row.edit} label={row.label} onEdit={onEdit} />}
        {row.note && <span className="note">{row.note}</span>}
        {was !== undefined && was !== row.value && <span className="was">was {was}</span>}
      </dd>
    </div>
  );
}

const EditButton = ({ edit, label, onEdit }: { edit: Edit; label: string; onEdit(edit: Edit): void }) => (
  <button type="button" className="bare edit" onClick={() => onEdit(edit)} title="Not said by you: type it yourself" aria-label={`${label}: chosen for you. Type your own.`}>
    <Pencil />
  </button>
);
