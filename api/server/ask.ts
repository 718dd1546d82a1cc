/** Words → question, refusal, or an order ready to sign: the language in the world that this network sees. */
import { randomBytes } from 'node:crypto';
import { type Address, isAddressEqual, stringToBytes } from 'viem';
import type { Names } from '../../contracts/client/ens.ts';
import type { Ledger } from '../../contracts/client/ledger.ts';
import { compose } from '../../intents/compose.ts';
import { describe } from '../../intents/describe.ts';
import { TenderError } from '../../intents/errors.ts';
import { ground, type World } from '../../intents/ground.ts';
import type { Before, Draft, Intent, Question, Reading, Refusal } from '../../intents/intent.ts';
import { toJson } from '../../intents/json.ts';
import { NATIVE, type Order, orderId, typedDataOf, type UnixSeconds } from '../../intents/order.ts';
import { kept, revise, type Revision, tap } from '../../intents/parse/edit.ts';
import { contextOf, LOCALES, parse, type ParseContext } from '../../intents/parse/index.ts';
import { chainNamed, type Registry } from '../../intents/registry.ts';
import { spoken } from '../../intents/speech/index.ts';
import { ceilingOf } from '../client/approve.ts';
import type { AskContext, Asked, Prepared } from '../client/shapes.ts';
import type { Store } from '../store/index.ts';
import { cardOf } from './card.ts';
import type { Market } from './market.ts';
import type { Prices } from './prices.ts';

export type Desk = {
  /** What a sentence is read in: this network's names, its clock, the speaker's chain and files. */
  context(wishes: AskContext): Promise<ParseContext>;
  /** Throws `invalid` for a `before` that this network cannot have sent. */
  ask(text: string, context: AskContext, before?: Before): Promise<Asked>;
  /** The order that a draft stands for, in this wallet's world. */
  offer(draft: Draft, context: AskContext): Promise<Asked>;
  /** Throws `invalid` for a question that this network cannot have asked. */
  answer(question: Question, optionId: string, context: AskContext): Promise<Asked>;
};
export type DeskOptions = {
  registry: Registry;
  store: Store;
  market: Pick<Market, 'quote'>;
  ledgerOf(chainId: number): Ledger | undefined;
  now(chainId?: number): UnixSeconds;
  prices: Prices;
  /** Absent: names are asked back. */
  names?: Names | undefined;
  /** Where the grammar abstains, a model may point at words; it decides nothing. */
  read?(text: string, context: ParseContext): Promise<Reading>;
};

export function createDesk(options: DeskOptions): Desk {
  const { registry, now } = options;
  const read = options.read ?? ((text: string, context: ParseContext) => Promise.resolve(parse(text, context)));

  async function contextFor(wishes: AskContext): Promise<ParseContext> {
    const { locale, timeZone, chain } = wishes;
    if (chain !== undefined && !chainNamed(registry, chain)) throw new TenderError('unknown_chain', `There is no chain “${chain}” here.`, { param: 'chain', hint: 'See GET /v1/network.' });
    if (timeZone !== undefined && !isTimeZone(timeZone)) throw new TenderError('invalid', `“${timeZone}” is not a time zone.`, { param: 'timeZone', hint: 'Use an IANA name such as Europe/Berlin.' });
    const walletChain = chain === undefined ? undefined : chainNamed(registry, chain)!.name;
    const attachments = await attachmentsOf(wishes, options.store);
    return contextOf(registry, new Date(now() * 1_000), {
      ...(locale !== undefined && { locale }),
      ...(timeZone !== undefined && { timeZone }),
      ...(walletChain !== undefined && { walletChain }),
      lexicons: LOCALES,
      attachments,
    });
  }

  /** What the reading comes to; questions and refusals in the language of what was `heard`. */
  async function settle(reading: Reading, context: ParseContext, wishes: AskContext, heard = ''): Promise<Asked> {
    const speak = (stop: Reading) => spoken(stop, heard, context) as { question: Question } & { refusal: Refusal };
    if ('question' in reading) return { kind: 'question', question: speak(reading).question };
    if ('refusal' in reading) return { kind: 'refusal', refusal: speak(reading).refusal };
    const { user } = wishes;
    if (!user) throw new TenderError('no_user', 'Whose money is it?', { param: 'user', hint: 'Connect a wallet, or send `user`.' });
    const quoted = { count: undefined as number | undefined };
    const world = worldOf(options, context, { ...wishes, user }, quoted);
    const grounded = await ground(reading.draft, world);
    if ('question' in grounded) return { kind: 'question', question: speak(grounded).question };
    if ('refusal' in grounded) return { kind: 'refusal', refusal: speak(grounded).refusal };
    return { kind: 'ready', prepared: await prepare(options, grounded.intent, reading.draft, quoted.count) };
  }

  return {
    context: contextFor,
    async ask(text, wishes, before) {
      const context = await contextFor(wishes);
      const revision = before && honest(() => revise(before, text, context));
      const heard = `${before ? firstOf(before) : ''} ${text}`;
      if (!revision || revision.fresh) return settle(kept(before, await read(text, context)), context, wishes, heard);
      return withChanges(await settle(revision.reading, context, wishes, heard), revision);
    },
    async answer(question, optionId, wishes) {
      const context = await contextFor(wishes);
      const revision = honest(() => tap(question, optionId, context));
      return withChanges(await settle(revision.reading, context, wishes, question.draft.text), revision);
    },
    offer: async (draft, wishes) => settle({ draft }, await contextFor(wishes), wishes, draft.text),
  };
}

const firstOf = (before: Before) => ('draft' in before ? before.draft : before.question.draft).text;
const withChanges = (asked: Asked, { changes }: Revision): Asked => (changes.length > 0 ? { ...asked, changes } : asked);

/** A question or a draft comes back from the client as it likes: whatever it does to the reader is the client's mistake. */
function honest(work: () => Revision): Revision {
  try {
    return work();
  } catch {
    throw new TenderError('invalid', 'This question or draft did not come from this network.', { param: 'question', hint: 'Send it back as it came.' });
  }
}

async function attachmentsOf({ attachments = [] }: AskContext, store: Store) {
  return Promise.all(
    attachments.map(async ({ name, sha256 }) => {
      const bytes = await store.artifacts.sizeOf(sha256);
      if (bytes === undefined) throw new TenderError('missing_artifact', `“${name}” is not here.`, { param: 'attachments', hint: 'Upload it with POST /v1/artifacts first.' });
      return { name, sha256, bytes };
    }),
  );
}

function worldOf({ registry, market, ledgerOf, now, names, prices }: DeskOptions, context: ParseContext, wishes: AskContext & { user: Address }, quoted: { count: number | undefined }): World {
  return {
    registry,
    now: () => now(),
    user: wishes.user,
    chain: context.walletChain ?? registry.chains[0]!.name,
    ...(wishes.meterKey && { meterKey: wishes.meterKey }),
    ...(names && { resolveName: names.resolve }),
    balanceOf: (chainId, token) => {
      const ledger = ledgerOf(chainId);
      if (!ledger) throw new TenderError('unknown_chain', `Chain ${chainId} is not in this network.`);
      return ledger.balanceOf(wishes.user, token);
    },
    async quote(order) {
      const { best, count } = await market.quote(order);
      quoted.count = count;
      return best;
    },
    price: prices.of,
    attachment: (name) => context.attachments?.find((one) => one.name === name) as ReturnType<World['attachment']>,
  };
}

async function prepare({ registry, store, ledgerOf, market, now }: DeskOptions, intent: Intent, draft: Draft, quoted: number | undefined): Promise<Prepared> {
  const sentence = describe(intent, registry);
  const chainId = intent.kind === 'swap' ? intent.sell.chainId : intent.pay.chainId;
  const order = compose(intent, { registry, auctioneer: registry.auctioneer, sentence, nonce: newNonce(), now: now(chainId) });
  const own = isAddressEqual(order.message.sell.token, NATIVE);
  // The order names its input by hash only: whoever runs it must be able to fetch it.
  if (intent.kind === 'job') await store.artifacts.put(stringToBytes(intent.input));
  // A stated limit needs no price, but a person wants to know whether anybody is interested.
  const [quotes, allowance] = await Promise.all([
    quoted ?? market.quote(order).then(({ count }) => count),
    own ? 0n : ledgerOf(order.chainId)!.allowanceOf(order.message.user, order.message.sell.token, order.settlement),
  ]);
  const amount = ceilingOf(order);
  return {
    sentence,
    intent: toJson(intent),
    order: toJson(order),
    id: orderId(order),
    typedData: toJson(typedDataOf(order)),
    quotes,
    ...(!own && allowance < amount && { approval: { token: order.message.sell.token, spender: order.settlement, amount: String(amount) } }),
    own,
    card: cardOf(intent, order as Order, draft.evidence, registry, now()),
    evidence: draft.evidence,
    draft,
  };
}

/** Random, below 2¹⁵²: two orders never share one, and it fits the short form of a fill. */
const newNonce = () => BigInt(`0x${randomBytes(19).toString('hex')}`);

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}
