/** The buyer's side of a lease: the meter key acknowledges seconds, runs commands, and stops. It cannot move money. */
import { type Hex, type LocalAccount, sha256, stringToHex } from 'viem';
import { type ErrorValue, TenderError } from '../../intents/errors.ts';
import { marketTypedData } from '../../intents/market.ts';
import { type OrderOf, orderId, type UnixSeconds } from '../../intents/order.ts';
import type { Client } from './client.ts';
import { patiently } from './patience.ts';
import { pause } from './pause.ts';
import { type LeaseAnswer, type LeaseRequest, leaseText } from './wire.ts';

/** The key that an order names as `meterKey`: made by the buyer's client, for one lease. */
export type MeterAccount = Pick<LocalAccount, 'address' | 'signMessage' | 'signTypedData'>;
export type Tick = { seconds: number; /** Owed so far, base units of the pay token, at the signed ceiling. */ costAtMost: bigint; isolation: string };
export type Ran = { exitCode: number; stdout: string; stderr: string; truncated: boolean };
export type LeaseOptions = {
  /** When the machine started, Unix seconds (`at` of the `started` event): needed to take up a lease that has run for a while. */
  startedAt?: UnixSeconds;
  /** After every acknowledged heartbeat. */
  onTick?(tick: Tick): void;
  /** A heartbeat that failed; the next one is tried. */
  onTrouble?(error: ErrorValue): void;
  signal?: AbortSignal;
};
export type HeldLease = {
  /** Resolves when the lease is stopped, or when its last second is acknowledged. */
  readonly done: Promise<void>;
  /** Seconds acknowledged so far. */
  seconds(): number;
  run(command: string, timeoutMs?: number): Promise<Ran>;
  /** Ends the lease: what was used is paid and the rest comes back in one transaction, whose hash is returned if known. */
  stop(): Promise<{ seconds: number; hash?: Hex }>;
};

/** A provider may count this many seconds more than this clock: blocks have whole seconds, and messages take time. */
const CLOCK_SLACK = 3;
/** How far this clock and the chain's may differ, seconds. */
const CLOCK_SKEW = 10;

/**
 * Holds a lease that has started: acknowledges heartbeats until it is stopped or used up. Signs for no second that has not
 * passed here. Methods reject with the provider's refusal, `unreachable`, or `wrong_seconds`.
 */
export function holdLease(client: Client, order: OrderOf<'lease'>, meter: MeterAccount, { onTick, onTrouble, signal, startedAt }: LeaseOptions = {}): HeldLease {
  const id = orderId(order);
  const { ackSeconds, meterKey } = order.message.terms;
  const { secondsAtMost } = order.message.buy;
  if (meterKey.toLowerCase() !== meter.address.toLowerCase()) {
    throw new TenderError('wrong_meter_key', 'This is not the meter key that the lease names.', { hint: 'Use the device on which the lease was ordered.' });
  }
  const over = new AbortController();
  signal?.addEventListener('abort', () => over.abort(), { once: true });
  const clock = elapsedClock(ackSeconds, startedAt);
  let acknowledged = 0;

  async function request<K extends LeaseAnswer['type']>(body: LeaseRequest, want: K): Promise<Extract<LeaseAnswer, { type: K }>> {
    const at = Math.floor(Date.now() / 1000);
    const text = leaseText(id, at, sha256(stringToHex(JSON.stringify(body))));
    const answer = await client.lease(id, { request: body, at, signature: await meter.signMessage({ message: text }) });
    if (answer.type === want) return answer as Extract<LeaseAnswer, { type: K }>;
    if (answer.type === 'refused') throw new TenderError(answer.code, answer.message, { ...(answer.hint !== undefined && { hint: answer.hint }) });
    throw new TenderError('bad_answer', `The provider answered “${answer.type}” where “${want}” was due.`, { hint: 'Stop the lease if this goes on.' });
  }
  const sign = (seconds: number, machine: Hex, last: boolean) =>
    meter.signTypedData(
      marketTypedData('Voucher', { lease: id, seconds, meter: machine, last }, order.chainId, order.settlement) as Parameters<MeterAccount['signTypedData']>[0],
    );
  const plausible = (seconds: number) => {
    const most = Math.min(secondsAtMost, clock.most(seconds));
    if (!Number.isSafeInteger(seconds) || seconds < acknowledged || seconds > most) {
      throw new TenderError('wrong_seconds', `The provider counts ${seconds} seconds; not more than ${most} can have passed.`, { hint: 'Nothing was signed. Stop the lease.' });
    }
  };

  async function beat(): Promise<void> {
    const nonce = randomHex();
    const { seconds, meter: machine, nonce: echo, isolation } = await request({ type: 'heartbeat', nonce }, 'beat');
    if (echo !== nonce) throw new TenderError('bad_answer', 'The machine answered an old heartbeat.', { hint: 'Nothing was signed.' });
    plausible(seconds);
    if (seconds > acknowledged) {
      await request({ type: 'acknowledge', seconds, meter: machine, signature: await sign(seconds, machine, false) }, 'acknowledged');
      acknowledged = seconds;
    }
    onTick?.({ seconds, costAtMost: (order.message.sell.perHourAtMost * BigInt(seconds)) / 3600n, isolation });
  }
  async function hold(): Promise<void> {
    while (!over.signal.aborted && acknowledged < secondsAtMost) {
      await beat().catch((error: unknown) => over.signal.aborted || onTrouble?.(valueOf(error)));
      await pause(Math.min(5, Math.max(1, ackSeconds / 6)) * 1000, over.signal);
    }
  }
  const done = hold();

  return {
    done,
    seconds: () => acknowledged,
    async run(command, timeoutMs = 30_000) {
      const { exitCode, stdout, stderr, truncated } = await request({ type: 'run', command, timeoutMs }, 'ran');
      return { exitCode, stdout, stderr, truncated };
    },
    async stop() {
      over.abort();
      await done;
      const { seconds, meter: machine } = await patiently(() => request({ type: 'stop' }, 'stopped'));
      plausible(seconds);
      const signature = await sign(seconds, machine, true);
      const { hash } = await patiently(() => request({ type: 'last', seconds, meter: machine, signature }, 'closing'));
      acknowledged = seconds;
      return { seconds, ...(hash && { hash }) };
    },
  };
}

/** How many seconds of machine time may have passed: the first count is held against the start, the rest against this clock. */
function elapsedClock(ackSeconds: number, startedAt: UnixSeconds | undefined) {
  let start: { at: number; seconds: number } | undefined;
  return {
    most(seconds: number): number {
      const first = startedAt === undefined ? ackSeconds : Math.floor(Date.now() / 1000) - startedAt + CLOCK_SKEW;
      start ??= { at: performance.now(), seconds: Math.min(seconds, first) };
      return start.seconds + Math.ceil((performance.now() - start.at) / 1000) + CLOCK_SLACK;
    },
  };
}

const valueOf = (error: unknown): ErrorValue =>
  error instanceof TenderError ? error.toJSON() : { code: 'lease_failed', message: error instanceof Error ? error.message : String(error) };

function randomHex(): Hex {
  return `0x${[...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
