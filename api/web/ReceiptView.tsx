/** The receipt: how it ended, in one line and a few rows, to read, to copy, or to check against the chains. */
import { useEffect, useState } from 'react';
import type { Hex } from 'viem';
import { stringify } from '../../intents/json.ts';
import type { Order } from '../../intents/order.ts';
import type { Outcome, Receipt } from '../../intents/receipt.ts';
import { group, rateOf, short, span } from './format.ts';
import { errorValue } from './hooks.ts';
import { Alert, Check } from './icons.tsx';
import { useNetwork } from './network.ts';
import { CopyButton, TxRow } from './parts.tsx';

const HEADS: Record<Outcome, string> = {
  settled: 'Done', refunded: 'Refunded', unopened: 'Nobody took it', cancelled: 'Cancelled', pending: 'Under way',
};
const WHERE: Partial<Record<Outcome, string>> = {
  refunded: 'Everything that was in escrow is back in your wallet.',
  unopened: 'Nothing left your wallet. A looser limit or a later deadline may find a solver.',
  cancelled: 'Nothing left your wallet.',
};

export function ReceiptView({ receipt, order, onAgain }: { receipt: Receipt; order: Order; onAgain: (() => void) | undefined }) {
  const good = receipt.outcome === 'settled';
  const file = stringify({ id: receipt.order, order, receipt }, 2);
  return (
    <section className={`answer receipt ${receipt.outcome}`} aria-label="Receipt">
      <p className="receipt-head"><span className={`dot ${good ? 'good' : 'bad'}`}>{good ? <Check /> : <Alert />}</span> <strong>{HEADS[receipt.outcome]}</strong>
        {receipt.postedAt !== undefined && receipt.endedAt !== undefined && <span className="quiet"> in {span(receipt.endedAt - receipt.postedAt)}</span>}
      </p>
      {WHERE[receipt.outcome] && <p>{WHERE[receipt.outcome]}</p>}
      <dl className="rows">
        {rowsOf(receipt).map(([label, value]) => <div className="row" key={label}><dt>{label}</dt><dd>{value}</dd></div>)}
      </dl>
      {receipt.job?.output && <Output hash={receipt.job.output as Hex} />}
      {receipt.txs.length > 0 && (
        <ul className="txs">{receipt.txs.map(({ chain, hash, what }, index) => <li key={`${hash}${index}`}><TxRow chain={chain} what={what} hash={hash} /></li>)}</ul>
      )}
      <p className="ways">
        <CopyButton text={textOf(receipt)} label="Copy the receipt as text">Copy</CopyButton>
        <CopyButton text={file} label="Copy order and receipt as JSON, for tender verify">JSON</CopyButton>
        <a className="button small" href={`data:application/json;charset=utf-8,${encodeURIComponent(file)}`} download={`tender-${receipt.order.slice(2, 10)}.json`}>Save</a>
        {onAgain && <button type="button" className="small" onClick={onAgain}>Ask again</button>}
      </p>
      <p className="quiet small-print">Check it without us: <code>tender verify {`tender-${receipt.order.slice(2, 10)}.json`} --rpc URL</code></p>
    </section>
  );
}

const SHOWN = 10_000;
/** What the program printed, fetched by its hash. */
function Output({ hash }: { hash: Hex }) {
  const { client } = useNetwork();
  const [text, setText] = useState<string>();
  useEffect(() => {
    let gone = false;
    client.artifact(hash).then(
      (bytes) => gone || setText(new TextDecoder().decode(bytes.subarray(0, SHOWN)) + (bytes.length > SHOWN ? '\n…' : '')),
      (error: unknown) => gone || setText(`(The output is not here: ${errorValue(error).message})`),
    );
    return () => void (gone = true);
  }, [client, hash]);
  return text === undefined ? null : <pre className="output" tabIndex={0} aria-label="Output of the program">{text || '(nothing)'}</pre>;
}

function rowsOf({ sold, bought, refund, penalty, solver, bids, job }: Receipt): [string, string][] {
  const rows: [string, string | undefined][] = [
    ['You paid', sold],
    ['You got', bought],
    ['Rate', sold && bought && !/ (seconds?|fuel)$/.test(bought) ? rateOf(sold, bought) : undefined],
    ['Came back', refund && `${refund.amount} on ${refund.chain}, ${refund.why}`],
    ['From the bond', penalty],
    ['Solver', solver && `${short(solver)}, ${bids === 1 ? 'the only bid' : `best of ${bids} bids`}`],
    ['Result', job && `exit code ${job.exitCode}, ${group(BigInt(job.fuel))} fuel`],
    ['Result’s hash', job && short(job.result)],
  ];
  return rows.flatMap(([label, value]): [string, string][] => (value ? [[label, value]] : []));
}

const textOf = (receipt: Receipt): string =>
  [receipt.sentence, ...rowsOf(receipt).map(([label, value]) => `${label}: ${value}`), ...receipt.txs.map(({ chain, what, hash }) => `${what} on ${chain}: ${hash}`), `Order: ${receipt.order}`].join('\n');
