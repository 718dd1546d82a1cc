/** Plays orders while processes are killed with signal 9, and says how each order ended, by the chains' own word. */
import type { Line } from '../../api/local/demo/line.ts';
import { play } from '../../api/local/demo/play.ts';
import type { Sentence } from '../../api/local/demo/sentences.ts';
import { loadKeys } from '../../api/local/keys.ts';
import type { LocalNetwork } from '../../api/local/start.ts';
import type { OrderEvent } from '../../intents/lifecycle.ts';

/** Kills `target` when an event of this type is seen for the `nth` time; at the latest `withinMs` after the start. */
export type Kill = { target: string; on: OrderEvent['type']; nth: number; withinMs: number };
export type Struck = { target: string; why: string; at: number; backAfterMs?: number };
export type Storm = { lines: Line[]; struck: Struck[] };

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function storm(network: LocalNetwork, dir: string, orders: Sentence[], kills: Kill[], options: { apartMs: number; say?: (line: string) => void }): Promise<Storm> {
  const { say = () => undefined } = options;
  const began = performance.now();
  const struck: Struck[] = [];
  const waiting = new Set(kills);
  const seen = new Map<string, number>();
  const returns: Promise<void>[] = [];

  const strike = (kill: Kill, why: string) => {
    if (!waiting.delete(kill)) return;
    const pid = network.pid(kill.target);
    const record: Struck = { target: kill.target, why, at: Math.round(performance.now() - began) };
    struck.push(record);
    if (pid === undefined) return void (record.why += ' (it was down already)');
    say(`kill -9 ${kill.target} (${pid}): ${why}`);
    process.kill(pid, 'SIGKILL');
    returns.push(backAgain(network, kill.target, pid).then((ms) => void (record.backAfterMs = ms)));
  };
  const timers = kills.map((kill) => setTimeout(() => strike(kill, 'time'), kill.withinMs));
  const onEvent = ({ type }: OrderEvent) => {
    seen.set(type, (seen.get(type) ?? 0) + 1);
    for (const kill of [...waiting]) if (kill.on === type && kill.nth === seen.get(type)) strike(kill, `${type} #${kill.nth}`);
  };
  const stage = { api: network.api, registry: network.registry, minterKey: loadKeys(dir).minter, say, onEvent };
  const lines = await Promise.all(
    orders.map(async (order, index) => {
      await sleep(index * options.apartMs);
      return play(order, stage);
    }),
  );
  for (const timer of timers) clearTimeout(timer);
  for (const kill of waiting) strike(kill, 'end');
  await Promise.all(returns);
  return { lines, struck };
}

/** Milliseconds until another process has its place. */
async function backAgain(network: LocalNetwork, name: string, old: number): Promise<number> {
  const began = performance.now();
  for (;;) {
    const pid = network.pid(name);
    if (pid !== undefined && pid !== old) return Math.round(performance.now() - began);
    if (performance.now() - began > 30_000) return Number.POSITIVE_INFINITY;
    await sleep(25);
  }
}
