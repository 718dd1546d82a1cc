/** The solver's one connection: it dials out, proves its key, and dials again for as long as it lives. */
import type { LocalAccount } from 'viem';
import WebSocket from 'ws';
import { challengeText, type FromSolver, type ToSolver } from '../api/client/wire.ts';
import { TenderError } from '../intents/errors.ts';
import { type Log, reasonOf } from './log.ts';

/** Every frame after the greeting. */
export type Work = Exclude<ToSolver, { type: 'challenge' | 'welcome' | 'error' }>;
type Asking = Extract<FromSolver, { type: 'prove' | 'judge' }>;

export type Session = {
  /** False when there is no session at the moment: what was to be said is lost, and will be asked again or expires. */
  say(frame: FromSolver): boolean;
  /** Sends a question with an id and resolves with the evidence. Rejects on refusal, loss of the session, or after `ms`. */
  ask(frame: Asking, ms: number): Promise<`0x${string}`>;
  close(): void;
};
export type SessionOptions = {
  /** The API's base URL (http or https). */
  api: string;
  account: LocalAccount;
  name: string;
  onWork(frame: Work): void;
  /** After each (re)connection, once the network has accepted the key. */
  onWelcome(): void;
  log: Log;
};

const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 10_000;
/** A peer that answers no ping for this long is gone, whatever TCP says. */
const SILENCE_MS = 20_000;
const MAX_FRAME_BYTES = 4 * 1024 * 1024;

/** Connects, and stays connected until `close`. */
export function openSession({ api, account, name, onWork, onWelcome, log }: SessionOptions): Session {
  const url = `${api.replace(/^http/, 'ws').replace(/\/$/, '')}/v1/solver`;
  const asked = new Map<string, { resolve(evidence: `0x${string}`): void; reject(error: Error): void }>();
  let socket: WebSocket | undefined;
  let welcome = false;
  let closed = false;
  let retryMs = FIRST_RETRY_MS;
  let timer: NodeJS.Timeout | undefined;

  const send = (frame: FromSolver) => socket?.send(JSON.stringify(frame));
  const hear = async (frame: ToSolver) => {
    switch (frame.type) {
      case 'challenge':
        return send({
          type: 'hello',
          address: account.address,
          name,
          signature: await account.signMessage({ message: challengeText('solver', frame.nonce) }),
        });
      case 'welcome':
        welcome = true;
        retryMs = FIRST_RETRY_MS;
        return onWelcome();
      case 'error':
        return log('session.refused', { code: frame.code, message: frame.message });
      case 'evidence':
        return asked.get(frame.id)?.resolve(frame.evidence);
      case 'failed':
        return asked.get(frame.id)?.reject(new TenderError(frame.error.code, frame.error.message));
      default:
        return onWork(frame);
    }
  };
  const dial = () => {
    const dialled = new WebSocket(url, { maxPayload: MAX_FRAME_BYTES, handshakeTimeout: 5_000 });
    let heard = Date.now();
    const pulse = setInterval(() => {
      if (Date.now() - heard > SILENCE_MS) dialled.terminate();
      else if (dialled.readyState === WebSocket.OPEN) dialled.ping();
    }, SILENCE_MS / 4);
    socket = dialled;
    dialled.on('pong', () => void (heard = Date.now()));
    dialled.on('message', (data) => {
      heard = Date.now();
      const frame = parse(String(data));
      if (!frame) return log('session.noise', {});
      hear(frame).catch((error: unknown) => log('session.error', { frame: frame.type, reason: reasonOf(error) }));
    });
    dialled.on('error', (error) => log('session.down', { reason: reasonOf(error), retryMs }));
    dialled.on('close', () => {
      clearInterval(pulse);
      if (socket === dialled) socket = undefined;
      if (welcome) log('session.lost', { retryMs });
      welcome = false;
      for (const { reject } of asked.values()) reject(new TenderError('session_lost', 'The session with the network was lost.'));
      asked.clear();
      if (closed) return;
      timer = setTimeout(dial, retryMs * (0.5 + Math.random() / 2));
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
    });
  };
  dial();

  return {
    say(frame) {
      if (!welcome) return false;
      send(frame);
      return true;
    },
    ask: (frame, ms) =>
      new Promise((resolve, reject) => {
        if (!welcome) return reject(new TenderError('session_lost', 'There is no session with the network.'));
        const late = setTimeout(() => settle(() => reject(new TenderError('timeout', `No answer to ${frame.type} in ${ms} ms.`))), ms);
        const settle = (end: () => void) => {
          clearTimeout(late);
          asked.delete(frame.id);
          end();
        };
        asked.set(frame.id, { resolve: (evidence) => settle(() => resolve(evidence)), reject: (error) => settle(() => reject(error)) });
        send(frame);
      }),
    close() {
      closed = true;
      clearTimeout(timer);
      socket?.terminate();
    },
  };
}

function parse(text: string): ToSolver | undefined {
  try {
    const frame = JSON.parse(text) as ToSolver;
    return typeof frame?.type === 'string' ? frame : undefined;
  } catch {
    return undefined;
  }
}
