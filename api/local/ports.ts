/** The ports of a local network: the usual ones, their variables, free ones, and one sentence when a port is taken. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TenderError } from '../../intents/errors.ts';

/** The usual port of each part. Chains listen on the port that equals their chain id. */
export const USUAL_PORTS = { ethereum: 31301, base: 31302, arbitrum: 31303, api: 8787 } as const;
export type Part = keyof typeof USUAL_PORTS;
export type Ports = Record<Part, number>;

/** Name of the environment variable that moves a part to another port. */
export const portVariable = (part: string): string => `TENDER_PORT_${part.toUpperCase()}`;

/** The ports that this environment asks for. Throws `bad_port`. */
export function chosenPorts(env: NodeJS.ProcessEnv): Ports {
  const entries = (Object.keys(USUAL_PORTS) as Part[]).map((part) => [part, chosenPort(part, env[portVariable(part)])]);
  return Object.fromEntries(entries) as Ports;
}

function chosenPort(part: Part, text: string | undefined): number {
  if (text === undefined || text === '') return USUAL_PORTS[part];
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65535) return port;
  const param = portVariable(part);
  throw new TenderError('bad_port', `${param} must be a port between 1 and 65535, not "${text}".`, { param });
}

/** Ports that nobody listens on at this moment, one per part: for demos and tests. */
export async function freePorts(): Promise<Ports> {
  const parts = Object.keys(USUAL_PORTS) as Part[];
  const ports = await freePortList(parts.length);
  return Object.fromEntries(parts.map((part, i) => [part, ports[i]])) as Ports;
}

/** Below the ports that systems give to outgoing connections: what is free here stays free until it is used. */
const RANGE = { from: 12_000, to: 30_000 };

/** `count` different ports of 127.0.0.1 that are free at this moment. */
export async function freePortList(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = randomInt(RANGE.from, RANGE.to);
    const server = found.has(port) ? undefined : await listen(port).catch(() => undefined);
    if (!server) continue;
    found.add(port);
    await new Promise((resolve) => server.close(resolve));
  }
  return [...found];
}

/** Throws `port_taken` when another program listens on 127.0.0.1:`port`, and still does after `patienceMs`. */
export async function requirePort(port: number, part: string, patienceMs = 0): Promise<void> {
  try {
    const server = await listen(port);
    await new Promise((resolve) => server.close(resolve));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    if (code === 'EADDRINUSE' && patienceMs > 0) {
      await sleep(50);
      return requirePort(port, part, patienceMs - 50);
    }
    const state = code === 'EACCES' ? 'may not be opened by this user' : 'is taken by another program';
    throw new TenderError('port_taken', `Port ${port}, which "${part}" listens on, ${state}.`, {
      hint: `Stop that program, or choose another port with ${portVariable(part)}=PORT.`,
      param: String(port),
      cause: error,
    });
  }
}

function listen(port: number): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
