/** Carries a prepared order through its whole life as a user's wallet would: check, approve, sign, post, open, watch. */
import type { Hex } from 'viem';
import { type ErrorValue, TenderError } from '../../intents/errors.ts';
import { decodeAward, decodeReply } from '../../intents/json.ts';
import { type Life, lifeOf, type OrderEvent, TERMINAL } from '../../intents/lifecycle.ts';
import { boundsOf, NATIVE, type Order, type OrderOf, orderId, typedDataOf } from '../../intents/order.ts';
import { type Receipt, receiptOf, tell } from '../../intents/receipt.ts';
import type { Registry } from '../../intents/registry.ts';
import { type Approval, approvalFor } from './approve.ts';
import { openNativeCall } from './calls.ts';
import { checkPrepared, type Expected } from './check.ts';
import type { Client } from './client.ts';
import { patiently } from './patience.ts';
import type { AwardJson, Prepared } from './shapes.ts';
import type { Wallet } from './wallet.ts';

export type Step =
  | { step: 'checked'; id: Hex; order: Order }
  | { step: 'approving'; amount: bigint }
  | { step: 'approved'; hash: Hex }
  | { step: 'signing' }
  | { step: 'posted'; id: Hex }
  | { step: 'opening' }
  | { step: 'opened'; hash: Hex }
  /** The user's own `open` failed; the order goes on and the next award is tried. */
  | { step: 'not-opened'; error: ErrorValue }
  /** `says`: the event as a sentence. */
  | { step: 'event'; event: OrderEvent; life: Life; says?: string }
  | { step: 'done'; receipt: Receipt; life: Life };

/** `expected`: what the asker sent along with its sentence; the context of the question will do. */
export type CarryOptions = { signal?: AbortSignal; expected?: Expected };

/**
 * Runs a prepared order until it is over, and says each step as it happens. Throws the refusals of `checkPrepared` before
 * anything is signed, what the wallet says if its owner declines, and what the API answers when it does not take the order.
 */
export async function* carry(client: Client, wallet: Wallet, prepared: Prepared, options: CarryOptions = {}): AsyncGenerator<Step> {
  const registry = await patiently(() => client.network());
  const order = checkPrepared(prepared, wallet.address, registry, options.expected);
  const id = orderId(order);
  yield { step: 'checked', id, order };
  yield* submit(client, wallet, order);
  yield* pursue(client, wallet, order, options);
}

const isOwn = (order: Order): order is OwnOrder =>
  (order.kind === 'openIn' || order.kind === 'openOut') && order.message.sell.token.toLowerCase() === NATIVE.toLowerCase();
type OwnOrder = OrderOf<'openIn' | 'openOut'>;

/** Approves what is missing, signs, posts. One at a time per wallet: allowances of parallel orders add up. */
async function* submit(client: Client, wallet: Wallet, order: Order): AsyncGenerator<Step> {
  const leave = await enter(wallet);
  try {
    const approval = await patiently(() => approvalFor(client, wallet, order));
    if (approval) {
      yield { step: 'approving', amount: approval.amount };
      yield { step: 'approved', hash: await approve(wallet, approval) };
    }
    yield { step: 'signing' };
    const signature = await wallet.signTypedData(typedDataOf(order));
    // A signature that was given must not be lost to a network that restarts: posting is idempotent.
    const { id } = await patiently(() => (isOwn(order) ? client.post(order, { mode: 'own' }, signature) : client.post(order, { mode: 'signature', signature })));
    yield { step: 'posted', id };
  } finally {
    leave();
  }
}

async function approve(wallet: Wallet, { approve, reset }: Approval): Promise<Hex> {
  try {
    return await wallet.sendCall(approve);
  } catch (error) {
    if (!reset || !(error instanceof TenderError) || error.code === 'rejected') throw error;
    await wallet.sendCall(reset);
    return wallet.sendCall(approve);
  }
}

/** Follows a posted order to its end; sends `open` for a user who sells the native coin, once a solver has accepted. */
export async function* pursue(client: Client, wallet: Wallet | undefined, order: Order, { signal }: { signal?: AbortSignal } = {}): AsyncGenerator<Step> {
  const registry = await patiently(() => client.network());
  const id = orderId(order);
  const events: OrderEvent[] = [];
  const tried = new Set<Hex>();
  for await (const event of client.events(id, { ...(signal && { signal }) })) {
    events.push(event);
    const life = lifeOf(events);
    const says = tell(event, order, registry);
    yield { step: 'event', event, life, ...(says && { says }) };
    if (TERMINAL.has(life.status)) return yield { step: 'done', receipt: receiptOf(order, events, registry), life };
    if (event.type === 'accepted' && wallet && isOwn(order) && !tried.has(event.award)) {
      tried.add(event.award);
      yield* open(client, wallet, order);
    }
  }
}

async function* open(client: Client, wallet: Wallet, order: OwnOrder): AsyncGenerator<Step> {
  const [{ life }, award] = await patiently(() => Promise.all([client.order(orderId(order)), client.award(orderId(order))]));
  if (life.status !== 'awarded' || !award) return;
  const awarded = awardedFrom(award);
  const { sellAtMost, buyAtLeast } = boundsOf(order);
  if (awarded.award.order !== orderId(order) || awarded.award.sell > sellAtMost || awarded.award.buy < buyAtLeast) {
    throw new TenderError('wrong_award', 'The award does not meet the limits of this order.', { hint: 'Nothing was sent; your money is in your wallet.' });
  }
  yield { step: 'opening' };
  try {
    yield { step: 'opened', hash: await wallet.sendCall(openNativeCall(order, awarded)) };
  } catch (error) {
    if (!(error instanceof TenderError)) throw error;
    yield { step: 'not-opened', error: error.toJSON() };
  }
}

/** An award as the API sends it, checked. */
export const awardedFrom = ({ award, signature, reply, replySignature }: AwardJson) => ({
  award: decodeAward(award), signature, reply: decodeReply(reply), replySignature,
});

const queues = new WeakMap<Wallet, Promise<void>>();
/** Waits for its turn at this wallet; resolves with what ends the turn. */
async function enter(wallet: Wallet): Promise<() => void> {
  const before = queues.get(wallet);
  let leave = () => {};
  const turn = new Promise<void>((resolve) => (leave = resolve));
  queues.set(wallet, turn);
  await before;
  return leave;
}
