/** One WebSocket session of a solver or attester: a signed challenge first, then frames, within limits that protect everybody else. */
import { randomBytes, randomUUID } from 'node:crypto';
import { type Address, isAddress, recoverMessageAddress } from 'viem';
import type { RawData, WebSocket } from 'ws';
import { challengeText } from '../client/wire.ts';

export type Role = 'solver' | 'attester';
export type Peer = { address: Address; name: string; session: string; send(frame: object): boolean; close(code: string, message: string): void };
export type PeerOptions = {
  role: Role;
  socket: WebSocket;
  now(): number;
  /** Why this key may not have a session; undefined: it may. */
  refuse(address: Address): string | undefined;
  onOpen(peer: Peer): void;
  onFrame(peer: Peer, frame: { type: string } & Record<string, unknown>): void;
  onClose(peer: Peer): void;
};

/** Largest frame that is read. Answers of leased machines carry output; nothing else comes near. */
export const MOST_FRAME_BYTES = 1024 * 1024;
const HELLO_MS = 5_000;
const PING_MS = 10_000;
/** A peer that does not read is cut off before its backlog costs memory. */
const MOST_BACKLOG_BYTES = 4 * 1024 * 1024;
/** Frames each second, and at once. */
const RATE = 200;
const BURST = 1_000;

/** Greets a new connection. Its nonce is used once and only here; the signed text names the role, so one is worth nothing as the other. */
export function greet(options: PeerOptions): void {
  const { socket, role } = options;
  const nonce = randomBytes(32).toString('hex');
  let peer: Peer | undefined;
  let checking = false;
  let alive = true;
  let tokens = BURST;
  let filled = performance.now();

  const send = (frame: object): boolean => {
    if (socket.readyState !== socket.OPEN) return false;
    if (socket.bufferedAmount > MOST_BACKLOG_BYTES) {
      socket.close(1013, 'too slow');
      return false;
    }
    socket.send(JSON.stringify(frame));
    return true;
  };
  const close = (code: string, message: string) => {
    send({ type: 'error', code, message });
    socket.close(1008, code);
  };
  const hello = setTimeout(() => peer ?? close('no_hello', `Say hello within ${HELLO_MS / 1_000} s.`), HELLO_MS);
  const ping = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, PING_MS);

  async function enter(frame: Record<string, unknown>) {
    const { address, signature, name } = frame;
    if (frame.type !== 'hello' || typeof address !== 'string' || !isAddress(address, { strict: false }) || typeof signature !== 'string') {
      return close('no_hello', 'The first frame must be a hello with address and signature.');
    }
    const signer = await recoverMessageAddress({ message: challengeText(role, nonce), signature: signature as `0x${string}` }).catch(() => undefined);
    if (signer?.toLowerCase() !== address.toLowerCase()) return close('bad_signature', 'The challenge is not signed by this address.');
    const refused = options.refuse(signer);
    if (refused) return close('not_admitted', refused);
    if (socket.readyState !== socket.OPEN) return;
    peer = { address: signer, name: clean(name), session: randomUUID(), send, close };
    clearTimeout(hello);
    send({ type: 'welcome', session: peer.session, now: options.now() });
    options.onOpen(peer);
  }
  function hear(data: RawData, isBinary: boolean) {
    alive = true;
    if (spend() < 0) return close('too_fast', 'Too many frames.');
    const frame = isBinary ? undefined : parse(String(data));
    if (!frame) return close('bad_frame', 'A frame is a JSON object with a type.');
    if (peer) return options.onFrame(peer, frame);
    if (checking) return close('no_hello', 'Wait for the welcome.');
    checking = true;
    void enter(frame);
  }
  function spend(): number {
    const now = performance.now();
    tokens = Math.min(BURST, tokens + ((now - filled) / 1_000) * RATE);
    filled = now;
    return --tokens;
  }

  socket.on('pong', () => void (alive = true));
  socket.on('message', hear);
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    clearTimeout(hello);
    clearInterval(ping);
    if (peer) options.onClose(peer);
  });
  send({ type: 'challenge', nonce });
}

function parse(text: string): ({ type: string } & Record<string, unknown>) | undefined {
  try {
    const frame: unknown = JSON.parse(text);
    return typeof frame === 'object' && frame !== null && 'type' in frame && typeof frame.type === 'string' ? (frame as { type: string }) : undefined;
  } catch {
    return undefined;
  }
}

/** A name for logs and pages: short, printable. */
const clean = (name: unknown) => (typeof name === 'string' ? name.replaceAll(/[^\w .-]/g, '').slice(0, 32) : '');
