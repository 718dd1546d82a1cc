/** Plays one sentence through the doors that a user has: type, tap, sign, watch; then checks the chains, to the last unit. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Hex, parseUnits } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { buyChainOf } from '../../../intents/amounts.ts';
import { feeBudgetOf } from '../../../intents/due.ts';
import type { OrderEvent } from '../../../intents/lifecycle.ts';
import { boundsOf, NATIVE, type Order, type OrderOf } from '../../../intents/order.ts';
import { chainOf, type Registry } from '../../../intents/registry.ts';
import { ceilingOf } from '../../client/approve.ts';
import { carry, type Step } from '../../client/carry.ts';
import { type Client, createClient } from '../../client/client.ts';
import { type HeldLease, holdLease } from '../../client/lease.ts';
import { patiently } from '../../client/patience.ts';
import { pause } from '../../client/pause.ts';
import type { Asked, AskContext, Prepared } from '../../client/shapes.ts';
import { viemWallet, type Wallet } from '../../client/wallet.ts';
import { fund } from '../faucet.ts';
import { ROOT } from '../services.ts';
import { type Balances, balancesOf, chainCalled, compare, type Expected, gasPaid } from './balances.ts';
import type { Line } from './line.ts';
import type { Sentence } from './sentences.ts';

export type Stage = {
  api: string;
  registry: Registry;
  minterKey: Hex;
  say: (line: string) => void;
  /** Told of every event of every order, as the user's client sees it. */
  onEvent?: (event: OrderEvent) => void;
};
type Actor = { wallet: Wallet; meter: ReturnType<typeof privateKeyToAccount>; context: AskContext; client: Client };
type Played = { line: Line; order?: Order; gas: { chainId: number; hash: Hex }[]; life?: Extract<Step, { step: 'done' }>['life'] };

/** Plays `sentence` with a wallet of its own. Never throws: what went wrong is in the line. */
export async function play(sentence: Sentence, stage: Stage): Promise<Line> {
  const began = performance.now();
  const line: Line = { sentence: sentence.text, kind: 'none', outcome: 'failed', txs: [], ms: 0, checked: 0, wrong: [] };
  try {
    const actor = await enter(sentence, stage);
    const before = await balancesOf(stage.registry, actor.wallet.address);
    const typed = performance.now();
    const played = await act(sentence, actor, line, stage);
    line.ms = Math.round(performance.now() - typed);
    Object.assign(line, await audit(played, before, actor, stage.registry));
  } catch (error) {
    line.ms = Math.round(performance.now() - began);
    line.wrong.push(error instanceof Error ? error.message : String(error));
  }
  return line;
}

/** A new wallet with what the sentence needs, on the sentence's chain. */
async function enter({ chain, funds, attach }: Sentence, { api, registry, minterKey }: Stage): Promise<Actor> {
  const account = privateKeyToAccount(generatePrivateKey());
  const meter = privateKeyToAccount(generatePrivateKey());
  const client = createClient(api);
  for (const [name, amounts] of Object.entries(funds)) {
    const where = chainCalled(registry, name);
    const units = Object.entries(amounts).map(([symbol, amount]) => {
      const token = where.tokens.find((each) => each.symbol === symbol);
      if (!token) throw new Error(`there is no ${symbol} on ${name}`);
      return [symbol, parseUnits(amount, token.decimals)] as const;
    });
    await fund(where, minterKey, account.address, Object.fromEntries(units));
  }
  const attachments = attach ? [{ name: basename(attach), sha256: (await patiently(async () => client.attach(await readFile(join(ROOT, attach))))).sha256 }] : [];
  const context: AskContext = { user: account.address, chain, timeZone: 'UTC', meterKey: meter.address, ...(attachments.length > 0 && { attachments }) };
  return { wallet: viemWallet(account, registry), meter, context, client };
}

const sayer = ({ text }: Sentence, stage: Stage) => (words: string) => stage.say(`  ${text.slice(0, 32).padEnd(32)} │ ${words}`);

async function act(sentence: Sentence, actor: Actor, line: Line, stage: Stage): Promise<Played> {
  const { client, context } = actor;
  const say = sayer(sentence, stage);
  let asked = await persist(() => client.ask({ ...context, text: sentence.text }));
  if (asked.kind === 'question') {
    const { question } = asked;
    const chosen = question.options[0];
    if (!chosen) throw new Error('a question without options');
    say(`asked: ${question.sentence} ${question.options.map(({ label }) => `[${label}]`).join(' ')} → ${chosen.label}`);
    line.asked = { slot: question.slots[0] as string, options: question.options.map(({ label }) => label), chosen: chosen.label };
    line.outcome = 'question';
    asked = await persist(() => client.answer(question, chosen.id, context));
  }
  if (asked.kind === 'refusal') {
    say(`refused: ${asked.refusal.message}`);
    return { line: Object.assign(line, { outcome: 'refused', code: asked.refusal.code }), gas: [] };
  }
  if (asked.kind !== 'ready') return { line, gas: [] };
  return carryOut(sentence, actor, asked.prepared, { line, gas: [] }, stage);
}

/** Asks again for a while, as a person would, when no solver offers a price at this moment. */
async function persist(ask: () => Promise<Asked>): Promise<Asked> {
  for (let left = 20; ; left--) {
    const asked = await patiently(ask);
    if (asked.kind !== 'refusal' || asked.refusal.code !== 'no_quote' || left === 0) return asked;
    await pause(750);
  }
}

async function carryOut(sentence: Sentence, actor: Actor, prepared: Prepared, played: Played, stage: Stage): Promise<Played> {
  const { line } = played;
  const say = sayer(sentence, stage);
  line.kind = prepared.intent.kind;
  line.orderId = prepared.id;
  say(prepared.sentence);
  let tenancy: Promise<Tenancy> | undefined;
  for await (const step of carry(actor.client, actor.wallet, prepared)) {
    if (step.step === 'checked') played.order = step.order;
    if (step.step === 'approved' || step.step === 'opened') played.gas.push({ chainId: prepared.order.chainId, hash: step.hash });
    if (step.step === 'not-opened') say(`not opened: ${step.error.message}`);
    if (step.step === 'event') {
      stage.onEvent?.(step.event);
      if (step.says) say(step.says);
      if (step.event.type === 'started' && sentence.lease) tenancy ??= tenant(sentence.lease, actor, played.order as OrderOf<'lease'>, say);
    }
    if (step.step === 'done') {
      played.life = step.life;
      tell(line, step);
    }
  }
  if (tenancy) Object.assign(line, await tenancy);
  else if (line.kind === 'job' && played.life) line.output = [await patiently(() => outputOf(actor.client, line.orderId as Hex))];
  return played;
}

type Tenancy = { output: string[]; seconds: number };
/** Runs the commands in the leased machine, then presses stop. */
async function tenant({ commands, stopAfter }: NonNullable<Sentence['lease']>, actor: Actor, order: OrderOf<'lease'>, say: (text: string) => void): Promise<Tenancy> {
  const lease: HeldLease = holdLease(actor.client, order, actor.meter);
  const due = performance.now() + stopAfter * 1000;
  const output: string[] = [];
  for (const command of commands) {
    // A machine that died with its provider runs nothing more; the lease still ends by its rules.
    const said = await patiently(() => lease.run(command)).then(({ stdout }) => stdout.trim(), (error: Error) => `failed: ${error.message}`);
    output.push(said);
    say(`$ ${command} → ${said}`);
  }
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
  // If the provider was killed meanwhile, the lease ends by itself at what was acknowledged.
  const seconds = await lease.stop().then((ended) => ended.seconds, () => lease.seconds());
  return { output, seconds };
}

function tell(line: Line, { receipt }: Extract<Step, { step: 'done' }>): void {
  const { outcome, sold, bought, solver, bids, txs, refund, job } = receipt;
  if (outcome === 'settled' || outcome === 'refunded' || outcome === 'unopened') line.outcome = outcome;
  const closing = txs.findLast(({ what }) => what === 'closed');
  Object.assign(line, {
    txs,
    bids,
    ...(sold && { sold }),
    ...(bought && { bought }),
    ...(solver && { solver }),
    ...(refund && { refund: { amount: refund.amount, hash: closing?.hash ?? '' } }),
    ...(job && { fuel: job.fuel }),
  });
}

async function outputOf(client: Client, id: Hex): Promise<string> {
  const { receipt } = await client.order(id);
  const output = receipt.job?.output;
  return output ? new TextDecoder().decode(await client.artifact(output as Hex)).trim() : '';
}

/** The chains' own word: what left and what came, against what the order's facts say; gas of the user's own transactions included. */
async function audit({ order, gas, life }: Played, before: Balances, { wallet }: Actor, registry: Registry): Promise<{ checked: number; wrong: string[] }> {
  const expected: Expected[] = [];
  for (const { chainId, hash } of gas) {
    const chain = chainOf(registry, chainId);
    if (chain) expected.push({ chain, token: NATIVE, change: -(await gasPaid(chain, hash)) });
  }
  if (order && life) {
    const origin = chainOf(registry, order.chainId);
    if (origin) expected.push({ chain: origin, token: order.message.sell.token, change: -life.sold - life.fees });
    const destination = chainOf(registry, buyChainOf(order));
    if (destination && order.kind !== 'lease' && order.kind !== 'job') {
      expected.push({ chain: destination, token: order.message.buy.token, change: life.bought });
    }
  }
  const { checked, wrong } = compare(registry, before, await balancesOf(registry, wallet.address), expected);
  return { checked, wrong: [...wrong, ...limits(order, life)] };
}

/** What the user signed must hold whatever the facts say. */
function limits(order: Order | undefined, life: Played['life']): string[] {
  if (!order || !life || life.status !== 'settled') return [];
  const most = ceilingOf(order);
  const least = order.kind === 'lease' || order.kind === 'job' ? 0n : boundsOf(order).buyAtLeast;
  return [
    ...(life.sold > most ? [`sold ${life.sold}, more than ${most}`] : []),
    ...(life.bought < least ? [`bought ${life.bought}, less than ${least}`] : []),
    ...(life.deposited > 0n && life.released + life.refunded + life.fees !== life.deposited + feeBudgetOf(order) ? ['paid + refunded is not what was deposited'] : []),
  ];
}
