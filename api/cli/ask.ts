/** `tender ask`: a sentence, the questions it leaves open, the card, the signature, and its life until the receipt. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { TenderError } from '../../intents/errors.ts';
import type { Question } from '../../intents/intent.ts';
import { decodeOrder } from '../../intents/json.ts';
import type { Receipt } from '../../intents/receipt.ts';
import { carry, type Step } from '../client/carry.ts';
import { type Client, createClient } from '../client/client.ts';
import type { AskContext, Asked, Prepared } from '../client/shapes.ts';
import { viemWallet } from '../client/wallet.ts';
import { type Arguments, onlyPositional, usage } from './arguments.ts';
import { keepMeterKey, keepOrder, ownAccount } from './home.ts';
import { leaseDesk } from './leaseDesk.ts';
import { type Print, printCard, printer, printOutput, printReceipt } from './print.ts';

const interactive = () => Boolean(process.stdin.isTTY && process.stdout.isTTY);

export async function run(args: Arguments): Promise<number> {
  const text = onlyPositional(args, 'sentence (put it in quotes)');
  const print = printer(args.json);
  const client = createClient(args.api);
  const registry = await client.network();
  const { account, fresh } = ownAccount();
  if (fresh) await welcome(client, registry.network, account.address, print);
  const meterKey = generatePrivateKey();
  const meter = privateKeyToAccount(meterKey);
  const context: AskContext = {
    user: account.address,
    meterKey: meter.address,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC',
    attachments: await attach(client, args.attach),
  };

  const prepared = await settleQuestions(client, await client.ask({ ...context, text }), context, args, print);
  if (!prepared) return 1;
  print.value({ ready: { id: prepared.id, sentence: prepared.sentence, quotes: prepared.quotes, card: prepared.card } });
  print.line(prepared.sentence);
  printCard(print, prepared.card);
  if (!(await agreed(args, print))) return 1;

  if (prepared.order.kind === 'lease') keepMeterKey(prepared.id, meterKey);
  const desk = leaseDesk({ client, meter, args, print, interactive: interactive() });
  let receipt: Receipt | undefined;
  try {
    for await (const step of carry(client, viemWallet(account, registry), prepared, { expected: context })) {
      if (step.step === 'posted') print.line(`The order is kept in ${keepOrder(step.id, decodeOrder(prepared.order))}`);
      show(print, step);
      desk.watch(step);
      if (step.step === 'done') receipt = step.receipt;
    }
  } finally {
    await desk.close();
  }
  if (receipt) await printOutput(print, client, receipt);
  return receipt?.outcome === 'settled' ? 0 : 1;
}

/** A new key has nothing; where tokens are free it is given some. */
async function welcome(client: Client, network: string, address: `0x${string}`, print: Print): Promise<void> {
  print.line(`A new key was made: ${address}`);
  if (network !== 'local') return;
  const { txs } = await client.faucet(address);
  print.line(`The local faucet gave it tokens (${txs.length} transactions).`);
}

async function attach(client: Client, paths: string[]) {
  return Promise.all(paths.map(async (path) => {
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      throw new TenderError('no_file', `The file ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`, { param: 'attach' });
    }
    const { sha256 } = await client.attach(new Uint8Array(bytes));
    return { name: basename(path), sha256 };
  }));
}

/** Answers questions by `--pick` or by asking at the terminal. Undefined when it was refused, and said so. */
async function settleQuestions(client: Client, first: Asked, context: AskContext, args: Arguments, print: Print): Promise<Prepared | undefined> {
  const picks = [...args.picks];
  let asked = first;
  while (asked.kind === 'question') {
    const { question } = asked;
    print.value({ question });
    print.line(question.sentence);
    for (const [index, { label }] of question.options.entries()) print.line(`  ${index + 1}  ${label}`);
    const picked = picks.shift() ?? (await pickAtTerminal(question, args));
    const option = question.options[picked - 1];
    if (!option) throw usage(`--pick ${picked}: there are ${question.options.length} options.`);
    print.line(`→ ${option.label}`);
    asked = await client.answer(question, option.id, context);
  }
  if (asked.kind === 'ready') return asked.prepared;
  print.value({ refusal: asked.refusal });
  print.line(`Refused (${asked.refusal.code}): ${asked.refusal.message}${asked.refusal.hint ? `\n${asked.refusal.hint}` : ''}`);
  return undefined;
}

async function pickAtTerminal({ options }: Question, args: Arguments): Promise<number> {
  if (options.length === 0) throw new TenderError('question', 'There is nothing to pick from.', { hint: 'Say the whole sentence again with what is missing.' });
  if (args.json || !interactive()) throw new TenderError('question', 'The sentence leaves a question open.', { hint: 'Give --pick N, or say the sentence again with the answer in it.' });
  const said = await promptLine('Number: ');
  return /^\d+$/.test(said) ? Number(said) : 0;
}

async function agreed(args: Arguments, print: Print): Promise<boolean> {
  if (args.yes) return true;
  if (args.json || !interactive()) throw new TenderError('not_confirmed', 'Nobody said yes.', { hint: 'Give --yes to sign without being asked.' });
  const yes = /^(y|yes)$/i.test(await promptLine('Sign this? [y/N] '));
  if (!yes) print.line('Nothing was signed.');
  return yes;
}

async function promptLine(text: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(text)).trim();
  } finally {
    terminal.close();
  }
}

/** One line per step. */
export function show(print: Print, step: Step): void {
  print.value(step.step === 'event' ? { event: step.event, status: step.life.status, ...(step.says && { says: step.says }) } : step.step === 'done' ? { receipt: step.receipt } : step);
  switch (step.step) {
    case 'approving':
      return print.line('Approving exactly what the order may take …');
    case 'signing':
      return print.line('Signing …');
    case 'posted':
      return print.line(`Posted ${step.id}`);
    case 'opening':
      return print.line('Putting the money into escrow …');
    case 'not-opened':
      return print.line(`That did not work: ${step.error.message}${step.error.hint ? ` ${step.error.hint}` : ''}`);
    case 'event':
      return step.says ? print.line(`· ${step.says}`) : undefined;
    case 'done':
      return printReceipt(print, step.receipt);
    default:
      return undefined;
  }
}
