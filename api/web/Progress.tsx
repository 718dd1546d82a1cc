/** An order under way: what happened, what is awaited, and the transactions, as they arrive. */
import { chainOf } from '../../intents/registry.ts';
import { clock } from './format.ts';
import { Alert, Check } from './icons.tsx';
import { useNetwork } from './network.ts';
import { Trouble, TxRow } from './parts.tsx';
import { type Moment, timelineOf, waitingFor } from './timeline.ts';
import type { Doing, Running } from './turns.ts';

const DOING: Partial<Record<Doing, string>> = {
  checking: 'Checking the order …',
  approving: 'Your wallet is asked for the approval …',
  signing: 'Your wallet is asked for the signature …',
  opening: 'Your wallet is asked to put the money into escrow …',
};

export function Progress({ run }: { run: Running }) {
  const { registry } = useNetwork();
  const moments = timelineOf(run.order, run.events, registry);
  const wait = DOING[run.doing] ?? (run.doing === 'following' ? waitingFor(run.order, run.life, run.events) : undefined);
  const chain = chainOf(registry, run.order.chainId)?.name ?? '';
  const steps = (
    <ol className="timeline">
      {run.own.filter(({ what }) => what === 'approve').map(({ hash }) => (
        <li key={hash} className="moment plain"><Dot tone="plain" /><div><p><strong>Approved</strong></p><TxRow chain={chain} what="approve" hash={hash} /></div></li>
      ))}
      {moments.map((moment) => <MomentView key={moment.key} moment={moment} />)}
      {wait && <li className="moment waiting"><span className="dot spin" aria-hidden="true" /><div><p>{wait}</p></div></li>}
    </ol>
  );
  if (run.doing === 'over') return <details className="answer progress"><summary>What happened, in {moments.length} steps</summary>{steps}</details>;
  return (
    <section className="answer progress" aria-label="Progress of your order">
      {steps}
      {run.trouble && <Trouble error={run.trouble} actions={[]}><p className="trouble-hint">The order itself goes on; it is kept under “Orders”.</p></Trouble>}
    </section>
  );
}

function MomentView({ moment }: { moment: Moment }) {
  const { registry } = useNetwork();
  const { title, detail, at, tx, tone } = moment;
  return (
    <li className={`moment ${tone}`}>
      <Dot tone={tone} />
      <div>
        <p><strong>{title}</strong> <time className="quiet" dateTime={new Date(at * 1000).toISOString()}>{clock(at)}</time></p>
        {detail && <p className="detail">{detail}</p>}
        {tx && <TxRow chain={chainOf(registry, tx.chainId)?.name ?? `chain ${tx.chainId}`} what={title.toLowerCase()} hash={tx.hash} block={tx.block} />}
      </div>
    </li>
  );
}

const Dot = ({ tone }: { tone: Moment['tone'] }) => <span className={`dot ${tone}`} aria-hidden="true">{tone === 'good' ? <Check /> : tone === 'bad' ? <Alert /> : null}</span>;
