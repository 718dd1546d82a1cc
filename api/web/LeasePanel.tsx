/** A machine that runs for the user: commands and their output, seconds and cost so far, and the button that ends it. */
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { Hex } from 'viem';
import { amountOf } from '../../intents/amounts.ts';
import type { ErrorValue } from '../../intents/errors.ts';
import type { OrderOf, UnixSeconds } from '../../intents/order.ts';
import { type HeldLease, holdLease, type Tick } from '../client/lease.ts';
import { span } from './format.ts';
import { errorValue } from './hooks.ts';
import { Stop } from './icons.tsx';
import { meterOf } from './meter.ts';
import { useNetwork } from './network.ts';
import { Trouble } from './parts.tsx';

type Line = { command: string; output?: string; failed?: boolean };
/** `rate`: the awarded price per hour; `deposited`: what lies in escrow. Base units. */
type Needs = { id: Hex; order: OrderOf<'lease'>; startedAt: UnixSeconds; rate: bigint; deposited: bigint };

export function LeasePanel({ id, order, startedAt, rate, deposited }: Needs) {
  const { client, registry } = useNetwork();
  const [tick, setTick] = useState<Tick>();
  const [trouble, setTrouble] = useState<ErrorValue>();
  const [lines, setLines] = useState<Line[]>([]);
  const [state, setState] = useState<'joining' | 'foreign' | 'held' | 'stopping' | 'stopped'>('joining');
  const lease = useRef<HeldLease>(undefined);
  useEffect(() => {
    const over = new AbortController();
    void meterOf(id).then((meter) => {
      if (over.signal.aborted) return;
      if (!meter) return setState('foreign');
      lease.current = holdLease(client, order, meter, {
        signal: over.signal,
        startedAt,
        onTick(now) {
          setTick(now);
          setTrouble(undefined);
        },
        onTrouble: setTrouble,
      });
      setState('held');
    });
    return () => over.abort();
  }, [client, id, order, startedAt]);

  async function run(command: string) {
    setLines((before) => [...before, { command }]);
    const finish = (line: Partial<Line>) => setLines((before) => before.map((each, index) => (index === before.findLastIndex((one) => one.command === command && one.output === undefined) ? { ...each, ...line } : each)));
    try {
      const ran = await lease.current?.run(command);
      finish({ output: `${ran?.stdout ?? ''}${ran?.stderr ?? ''}`.trimEnd() || `(exit code ${ran?.exitCode})`, failed: ran?.exitCode !== 0 });
    } catch (error) {
      finish({ output: errorValue(error).message, failed: true });
    }
  }
  async function stop() {
    setState('stopping');
    try {
      await lease.current?.stop();
      setState('stopped');
    } catch (error) {
      setTrouble(errorValue(error));
      setState('held');
    }
  }

  if (state === 'foreign') return <section className="answer lease"><p>This machine was ordered in another browser: only that one can use or stop it. What is not acknowledged comes back by itself.</p></section>;
  const seconds = tick?.seconds ?? 0;
  const pay = (amount: bigint) => amountOf(registry, order.chainId, order.message.sell.token, amount);
  return (
    <section className="answer lease" aria-label="Your machine">
      <div className="meter-line">
        <Figure label="acknowledged" value={span(seconds)} of={span(order.message.buy.secondsAtMost)} />
        <Figure label="cost so far" value={pay((rate * BigInt(seconds)) / 3600n)} of={`${pay(deposited)} in escrow`} />
        <button type="button" className="stop" disabled={state !== 'held'} onClick={() => void stop()}><Stop /> {state === 'held' || state === 'joining' ? 'Stop and settle' : 'Stopping …'}</button>
      </div>
      <progress max={order.message.buy.secondsAtMost} value={seconds} aria-label="Seconds acknowledged" />
      <Terminal lines={lines} ready={state === 'held'} onRun={(command) => void run(command)} />
      {tick && <p className="quiet small-print">Isolation: {tick.isolation}. Closing this page stops the acknowledgements; the machine then stops, and the rest comes back.</p>}
      {trouble && <Trouble error={trouble} actions={state === 'held' ? [{ label: 'Stop and settle', run: () => void stop() }] : []} />}
    </section>
  );
}

const Figure = ({ label, value, of }: { label: string; value: string; of: string }) => (
  <span className="figure"><strong>{value}</strong><span className="quiet">{label}, of {of}</span></span>
);

function Terminal({ lines, ready, onRun }: { lines: readonly Line[]; ready: boolean; onRun(command: string): void }) {
  const [text, setText] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!text.trim()) return;
    onRun(text);
    setText('');
  };
  return (
    <div className="terminal">
      <div role="log" aria-live="polite" aria-label="Commands and their output">
        {lines.map(({ command, output, failed }, index) => (
          <div key={index}>
            <p className="command"><span aria-hidden="true">$ </span>{command}</p>
            <pre className={failed ? 'failed' : undefined}>{output ?? '…'}</pre>
          </div>
        ))}
      </div>
      <form onSubmit={submit}>
        <label className="hidden" htmlFor="command">Command to run in the machine</label>
        <span aria-hidden="true">$</span>
        <input id="command" value={text} onChange={(event) => setText(event.target.value)} placeholder="uname -a" disabled={!ready} autoComplete="off" autoCapitalize="off" spellCheck={false} />
        <button type="submit" className="small" disabled={!ready || !text.trim()}>Run</button>
      </form>
    </div>
  );
}
