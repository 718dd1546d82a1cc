/** The command line as a value. */
import { parseArgs } from 'node:util';
import { TenderError } from '../../intents/errors.ts';

const OPTIONS = {
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  api: { type: 'string' },
  yes: { type: 'boolean', short: 'y' },
  pick: { type: 'string', multiple: true },
  attach: { type: 'string', multiple: true },
  run: { type: 'string', multiple: true },
  'stop-after': { type: 'string' },
  context: { type: 'string' },
  after: { type: 'string' },
  user: { type: 'string' },
  rpc: { type: 'string', multiple: true },
  'from-block': { type: 'string' },
  wait: { type: 'boolean' },
  cancel: { type: 'boolean' },
} as const;

export type Arguments = {
  command: string;
  positionals: string[];
  json: boolean;
  help: boolean;
  yes: boolean;
  wait: boolean;
  cancel: boolean;
  api: string;
  /** Option numbers, from 1, for the questions in turn. */
  picks: number[];
  attach: string[];
  run: string[];
  stopAfter?: number;
  context?: string;
  after?: number;
  user?: string;
  /** URLs of nodes. */
  rpc: string[];
  fromBlock: number;
};

/** Throws TenderError `usage`. */
export function readArguments(argv: string[]): Arguments {
  const { values, positionals } = parsed(argv);
  const [command = '', ...rest] = positionals;
  const stopAfter = whole(values['stop-after'], 'stop-after');
  const after = whole(values.after, 'after');
  return {
    command,
    positionals: rest,
    json: values.json ?? false,
    help: values.help ?? false,
    yes: values.yes ?? false,
    wait: values.wait ?? false,
    cancel: values.cancel ?? false,
    api: values.api ?? process.env.TENDER_API ?? 'http://127.0.0.1:8787',
    picks: (values.pick ?? []).map((text) => whole(text, 'pick') as number),
    attach: values.attach ?? [],
    run: values.run ?? [],
    ...(stopAfter !== undefined && { stopAfter }),
    ...(values.context !== undefined && { context: values.context }),
    ...(after !== undefined && { after }),
    ...(values.user !== undefined && { user: values.user }),
    rpc: (values.rpc ?? []).flatMap((text) => text.split(',')).map((text) => text.trim()).filter(Boolean),
    fromBlock: whole(values['from-block'], 'from-block') ?? 0,
  };
}

function parsed(argv: string[]) {
  try {
    return parseArgs({ args: argv, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function whole(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw usage(`--${name} takes a whole number.`);
  return Number(text);
}

/** The only positional of a command. */
export function onlyPositional({ positionals, command }: Arguments, what: string): string {
  const [first, second] = positionals;
  if (first === undefined || second !== undefined) throw usage(`tender ${command} takes exactly one ${what}.`);
  return first;
}

export const usage = (message: string) => new TenderError('usage', message, { hint: 'See `tender help`.' });
