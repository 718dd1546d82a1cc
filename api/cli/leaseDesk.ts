/** A lease at the command line: runs what `--run` says or what is typed, and stops after `--stop-after` or at “stop”. */
import { createInterface, type Interface } from 'node:readline';
import { TenderError } from '../../intents/errors.ts';
import type { Order, OrderOf } from '../../intents/order.ts';
import type { Step } from '../client/carry.ts';
import type { Client } from '../client/client.ts';
import { type HeldLease, holdLease, type MeterAccount } from '../client/lease.ts';
import type { Arguments } from './arguments.ts';
import type { Print } from './print.ts';

type Desk = { watch(step: Step): void; close(): Promise<void> };
type Needs = { client: Client; meter: MeterAccount; args: Arguments; print: Print; interactive: boolean };

/** Takes part in the life of an order: does nothing unless it is a lease that started. */
export function leaseDesk({ client, meter, args, print, interactive }: Needs): Desk {
  const over = new AbortController();
  let order: Order | undefined;
  let lease: HeldLease | undefined;
  let work: Promise<void> | undefined;
  let typed: Interface | undefined;
  const say = (error: unknown) => {
    const value = error instanceof TenderError ? error.toJSON() : { code: 'failed', message: error instanceof Error ? error.message : String(error) };
    print.value({ lease: 'trouble', error: value });
    print.line(`  ${value.message}${'hint' in value && value.hint ? ` ${value.hint}` : ''}`);
  };

  async function runOne(held: HeldLease, command: string): Promise<void> {
    print.line(`$ ${command}`);
    const ran = await held.run(command);
    print.value({ lease: 'ran', command, ...ran });
    print.line(`${ran.stdout}${ran.stderr}`.trimEnd());
  }
  async function stop(held: HeldLease): Promise<void> {
    const stopped = await held.stop();
    print.value({ lease: 'stopped', ...stopped });
    print.line(`Stopped after ${stopped.seconds} seconds.`);
  }
  async function attend(held: HeldLease, since: number): Promise<void> {
    for (const command of args.run) await runOne(held, command).catch(say);
    if (args.stopAfter !== undefined) {
      const left = since + args.stopAfter * 1000 - Date.now();
      await Promise.race([new Promise((resolve) => setTimeout(resolve, Math.max(0, left))), held.done]);
      if (!over.signal.aborted) await stop(held);
    } else if (interactive && !args.json) await attendTyped(held);
    await held.done;
  }
  async function attendTyped(held: HeldLease): Promise<void> {
    print.line('Type a command for the machine, or “stop”.');
    typed = createInterface({ input: process.stdin });
    over.signal.addEventListener('abort', () => typed?.close(), { once: true });
    for await (const text of typed) {
      if (text.trim() === 'stop') return stop(held);
      if (text.trim()) await runOne(held, text).catch(say);
    }
  }

  return {
    watch(step) {
      if (step.step === 'checked') order = step.order;
      if (step.step === 'done') over.abort();
      if (step.step !== 'event' || step.event.type !== 'started' || order?.kind !== 'lease' || lease) return;
      lease = holdLease(client, order as OrderOf<'lease'>, meter, {
        signal: over.signal,
        startedAt: step.event.at,
        onTick: ({ seconds, costAtMost }) => print.value({ lease: 'acknowledged', seconds, costAtMost }),
        onTrouble: say,
      });
      work = attend(lease, Date.now()).catch(say);
    },
    async close() {
      over.abort();
      typed?.close();
      await Promise.race([work, new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
    },
  };
}
