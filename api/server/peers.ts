/** All sessions of one role: one for each key, and questions that wait for an answer with the same id. */
import { randomUUID } from 'node:crypto';
import type { Address } from 'viem';
import type { WebSocket } from 'ws';
import { greet, type Peer, type Role } from './peer.ts';

export type Frame = { type: string } & Record<string, unknown>;
export type Peers = {
  accept(socket: WebSocket): void;
  connected(): Address[];
  send(address: Address, frame: object): boolean;
  /**
   * Asks one peer; resolves with its first frame that carries the id of the question, or undefined after `ms` or when it
   * is not (or no longer) connected.
   */
  ask(address: Address, question: (id: string) => object, ms: number): Promise<Frame | undefined>;
  closeAll(): void;
};
export type PeersOptions = {
  role: Role;
  now(): number;
  /** Most sessions at a time. */
  most: number;
  admits?(address: Address): boolean;
  onOpen?(peer: Peer): void;
  /** Frames that answer no question. */
  onFrame(peer: Peer, frame: Frame): void;
};

export function createPeers({ role, now, most, admits, onOpen, onFrame }: PeersOptions): Peers {
  const peers = new Map<string, Peer>();
  const sockets = new Set<WebSocket>();
  const waiting = new Map<string, { from: string; settle(frame: Frame | undefined): void }>();
  const keyOf = (address: Address) => address.toLowerCase();

  return {
    accept(socket) {
      // As many again may be on their way to a welcome.
      if (sockets.size >= 2 * most) return socket.close(1013, 'full');
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      greet({
        role, socket, now,
        refuse: (address) => {
          if (admits && !admits(address)) return `This network does not know ${address} as ${role}.`;
          return peers.size >= most && !peers.has(keyOf(address)) ? 'There are as many sessions as this network takes.' : undefined;
        },
        onOpen(peer) {
          const before = peers.get(keyOf(peer.address));
          peers.set(keyOf(peer.address), peer);
          before?.close('replaced', 'This key has opened another session.');
          onOpen?.(peer);
        },
        onFrame(peer, frame) {
          const question = typeof frame.id === 'string' ? waiting.get(frame.id) : undefined;
          if (question?.from === keyOf(peer.address)) return question.settle(frame);
          if (peers.get(keyOf(peer.address)) === peer) onFrame(peer, frame);
        },
        onClose(peer) {
          if (peers.get(keyOf(peer.address)) !== peer) return;
          peers.delete(keyOf(peer.address));
          for (const question of waiting.values()) if (question.from === keyOf(peer.address)) question.settle(undefined);
        },
      });
    },
    connected: () => [...peers.values()].map(({ address }) => address),
    send: (address, frame) => peers.get(keyOf(address))?.send(frame) ?? false,
    ask: (address, question, ms) =>
      new Promise((resolve) => {
        const id = randomUUID();
        const late = setTimeout(() => settle(undefined), ms);
        const settle = (frame: Frame | undefined) => {
          clearTimeout(late);
          waiting.delete(id);
          resolve(frame);
        };
        waiting.set(id, { from: keyOf(address), settle });
        if (!peers.get(keyOf(address))?.send(question(id))) settle(undefined);
      }),
    closeAll() {
      for (const socket of sockets) socket.close(1001, 'the network restarts');
    },
  };
}
