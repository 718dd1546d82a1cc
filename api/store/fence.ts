/** Leadership: who holds the newest epoch may write. A lost leader finds its writes refused, however late it notices. */
import { eq } from 'drizzle-orm';
import { pause } from '../../contracts/client/rpc.ts';
import { TenderError } from '../../intents/errors.ts';
import type { Connections, Tx } from './connect.ts';
import { leaders } from './schema.ts';

/** Named in every write of a leader. */
export type Fence = { name: string; epoch: number };
export type Leadership = {
  fence: Fence;
  /** Falls when leadership is lost or given up. */
  lost: AbortSignal;
  resign(): Promise<void>;
};

const TRY_EVERY_MS = 400;
const RENEW_EVERY_MS = 2_000;
/** A leader that did not renew for so long is taken to be frozen and is replaced although its session lives. */
const FROZEN_MS = 10_000;

/** Refuses the transaction unless `fence` is the newest epoch. The row stays share-locked, so no newer one can begin before the commit. */
export async function checkFence(tx: Tx, fence: Fence): Promise<void> {
  const [row] = await tx.select({ epoch: leaders.epoch }).from(leaders).where(eq(leaders.name, fence.name)).for('share');
  if (row?.epoch === fence.epoch) return;
  throw new TenderError('fenced', `A newer ${fence.name} leads (epoch ${row?.epoch ?? 'none'}, not ${fence.epoch}).`, { hint: 'Stop; run again as a follower.' });
}

/**
 * Waits until this process leads `name`, or until the signal falls (undefined then). A session lock makes a dead leader's
 * place free at once; the epoch is what protects against one that is merely slow.
 */
export async function campaign(connections: Connections, name: string, signal: AbortSignal): Promise<Leadership | undefined> {
  let reign: AbortController | undefined;
  const session = connections.single(() => reign?.abort());
  const end = () => session.end({ timeout: 1 }).catch(() => {});
  while (!signal.aborted) {
    const epoch = await tryToLead(session, name).catch(() => undefined);
    if (epoch !== undefined) return rule(epoch, (reign = new AbortController()));
    await pause(TRY_EVERY_MS, signal);
  }
  await end();
  return undefined;

  function rule(epoch: number, controller: AbortController): Leadership {
    const lost = controller.signal;
    const give = () => controller.abort();
    const timer = setInterval(() => void renew(session, name, epoch).then((still) => still || give(), give), RENEW_EVERY_MS);
    lost.addEventListener('abort', () => (clearInterval(timer), void end()), { once: true });
    return { fence: { name, epoch }, lost, resign: async () => (give(), await end()) };
  }
}

type Session = ReturnType<Connections['single']>;

async function tryToLead(session: Session, name: string): Promise<number | undefined> {
  const [held] = await session`
    select pg_try_advisory_lock(hashtext(${`leader:${name}`})) or coalesce(
      (select renewed_at < extract(epoch from clock_timestamp()) * 1000 - ${FROZEN_MS} from leaders where name = ${name}), false) as mine`;
  if (!held?.mine) return undefined;
  const [row] = await session`
    insert into leaders (name, epoch, renewed_at) values (${name}, 1, extract(epoch from clock_timestamp()) * 1000)
    on conflict (name) do update set epoch = leaders.epoch + 1, renewed_at = excluded.renewed_at returning epoch`;
  return row?.epoch as number | undefined;
}

/** False when a newer epoch exists. */
async function renew(session: Session, name: string, epoch: number): Promise<boolean> {
  const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), 2 * RENEW_EVERY_MS).unref());
  const written = session`
    update leaders set renewed_at = extract(epoch from clock_timestamp()) * 1000
    where name = ${name} and epoch = ${epoch}`.then((result) => result.count === 1);
  return Promise.race([written, late]);
}
