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
import { type Print, printCard, printChanges, printer, printOutput, printReceipt, printRefusal } from './print.ts';

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

  const prepared = await agreedOn(client, text, context, args, print);
  if (!prepared) return 1;

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

/** The order that the user says yes to. What is typed instead of yes or no changes it, or is another order. */
async function agreedOn(client: Client, text: string, context: AskContext, args: Arguments, print: Print): Promise<Prepared | undefined> {
  let asked = await client.ask({ ...context, text });
  for (;;) {
    const ready = await settleQuestions(client, asked, context, args, print);
    if (!ready) return undefined;
    const { prepared, changes } = ready;
    print.value({ ready: { id: prepared.id, sentence: prepared.sentence, quotes: prepared.quotes, card: prepared.card, ...(changes && { changes }) } });
    print.line(prepared.sentence);
    printCard(print, prepared.card);
    const said = await consent(args, print);
    if (said === true) return prepared;
    if (said === false) return undefined;
    asked = await client.ask({ ...context, text: said, before: { draft: prepared.draft } });
    if (asked.kind === 'refusal') {
      printRefusal(print, asked.refusal);
      asked = { kind: 'ready', prepared };
    }
  }
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
async function settleQuestions(client: Client, first: Asked, context: AskContext, args: Arguments, print: Print): Promise<Extract<Asked, { kind: 'ready' }> | undefined> {
  const picks = [...args.picks];
  let asked = first;
  while (asked.kind === 'question') {
    const { question } = asked;
    print.value({ question });
    print.line(question.sentence);
    for (const [index, { label }] of question.options.entries()) print.line(`  ${index + 1}  ${label}`);
    const picked = picks.shift() ?? (await answerAtTerminal(question, args));
    const option = typeof picked === 'number' ? question.options[picked - 1] : undefined;
    if (typeof picked === 'number' && !option) throw usage(`--pick ${picked}: there are ${question.options.length} options.`);
    print.line(`→ ${option?.label ?? picked}`);
    asked = option ? await client.answer(question, option.id, context) : await client.ask({ ...context, text: String(picked), before: { question } });
  }
  if (asked.changes) printChanges(print, asked.changes);
  if (asked.kind === 'ready') return asked;
  printRefusal(print, asked.refusal);
  return undefined;
}

/** The number of an option, or an answer in words. */
async function answerAtTerminal({ options }: Question, args: Arguments): Promise<number | string> {
  if (args.json || !interactive()) {
    if (options.length === 0) throw new TenderError('question', 'There is nothing to pick from.', { hint: 'Say the whole sentence again with what is missing.' });
    throw new TenderError('question', 'The sentence leaves a question open.', { hint: 'Give --pick N, or say the sentence again with the answer in it.' });
  }
  const said = await promptLine(options.length > 0 ? 'Number, or your own words: ' : 'Your answer: ');
  return /^\d{1,2}$/.test(said) && Number(said) >= 1 && Number(said) <= options.length ? Number(said) : said;
}

/** Yes, no, or the words of a change. */
async function consent(args: Arguments, print: Print): Promise<boolean | string> {
  if (args.yes) return true;
  if (args.json || !interactive()) throw new TenderError('not_confirmed', 'Nobody said yes.', { hint: 'Give --yes to sign without being asked.' });
  const said = await promptLine('Sign this? [y/N, or what should be different] ');
  if (/^(y|yes)$/i.test(said)) return true;
  if (said !== '' && !/^(n|no)$/i.test(said)) return said;
  print.line('Nothing was signed.');
  return false;
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
