/** An attester's connection to the network: it dials out, proves its key, answers what it is asked, and dials again. */
import type { LocalAccount } from 'viem';
import WebSocket from 'ws';
import { TenderError } from '../../intents/errors.ts';
import { challengeText, type FromAttester, type ToAttester } from '../client/wire.ts';
import type { Attester } from './attester.ts';

export type AttesterSession = { close(): void };
export type SessionOptions = {
  api: string;
  account: LocalAccount;
  attester: Attester;
  onWelcome: () => void;
  log: (event: string, detail?: Record<string, unknown>) => void;
};

const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 5_000;
/** A network that sends no ping for so long is gone, whatever TCP says. */
const SILENCE_MS = 45_000;

export function openAttesterSession({ api, account, attester, onWelcome, log }: SessionOptions): AttesterSession {
  const url = `${api.replace(/^http/, 'ws').replace(/\/$/, '')}/v1/attester`;
  let closed = false;
  let retryMs = FIRST_RETRY_MS;
  let socket: WebSocket | undefined;
  let retry: NodeJS.Timeout | undefined;

  async function hear(frame: ToAttester, say: (answer: FromAttester) => void): Promise<void> {
    if (frame.type === 'challenge') {
      const signature = await account.signMessage({ message: challengeText('attester', frame.nonce) });
      return say({ type: 'hello', address: account.address, name: 'attester', signature });
    }
    if (frame.type === 'welcome') {
      retryMs = FIRST_RETRY_MS;
      return onWelcome();
    }
    if (frame.type === 'error') return log('session.refused', { code: frame.code, message: frame.message });
    const answer = await (frame.type === 'attest' ? attester.attest(frame) : attester.judge(frame)).catch((error: unknown): FromAttester => {
      const { code, message } = error instanceof TenderError ? error : { code: 'failed', message: error instanceof Error ? error.message : String(error) };
      log('declined', { code, message });
      return { type: 'declined', id: frame.id, code, message };
    });
    say(answer);
  }

  function dial() {
    const line = new WebSocket(url, { maxPayload: 4 * 2 ** 20, handshakeTimeout: 5_000 });
    socket = line;
    let alive = setTimeout(() => line.terminate(), SILENCE_MS);
    const heard = () => (clearTimeout(alive), (alive = setTimeout(() => line.terminate(), SILENCE_MS)));
    const say = (answer: FromAttester) => line.readyState === WebSocket.OPEN && line.send(JSON.stringify(answer));
    line.on('ping', heard);
    line.on('message', (data) => {
      heard();
      try {
        hear(JSON.parse(String(data)) as ToAttester, say).catch((error: unknown) => log('session.failed', { reason: String(error) }));
      } catch {
        log('session.garbled');
      }
    });
    line.on('error', () => undefined);
    line.on('close', () => {
      clearTimeout(alive);
      if (closed) return;
      retry = setTimeout(dial, retryMs);
      retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
    });
  }
  dial();
  return {
    close() {
      closed = true;
      clearTimeout(retry);
      socket?.close();
    },
  };
}
