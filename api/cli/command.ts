/** Finds the command, runs it, and turns whatever it throws into one sentence and an exit code. */
import { TenderError } from '../../intents/errors.ts';
import { readArguments, type Arguments } from './arguments.ts';
import { USAGE } from './usage.ts';

/** Exit codes: 0 done, 1 refused or failed, 2 the command line is wrong. */
export type Command = (args: Arguments) => Promise<number>;
// Loaded when called for: `parse` must start without what the others need.
const COMMANDS: Record<string, () => Promise<{ run: Command }>> = {
  ask: () => import('./ask.ts'),
  parse: () => import('./parse.ts'),
  watch: () => import('./watch.ts'),
  orders: () => import('./orders.ts'),
  refund: () => import('./refund.ts'),
  verify: () => import('./verify.ts'),
};

/** Runs one command line; resolves with its exit code, never rejects. */
export async function runCommand(argv: string[]): Promise<number> {
  const json = argv.includes('--json');
  try {
    const args = readArguments(argv);
    if (args.command === 'help' || args.help) {
      process.stdout.write(json ? `${JSON.stringify({ usage: USAGE })}\n` : USAGE);
      return 0;
    }
    const load = COMMANDS[args.command];
    if (!load) throw new TenderError('usage', args.command ? `There is no command “${args.command}”.` : 'Say what to do.', { hint: 'See `tender help`.' });
    return await (await load()).run(args);
  } catch (error) {
    return report(error, json);
  }
}

/** Errors go to standard error for people and to standard output as `{error}` for programs. */
function report(thrown: unknown, json: boolean): number {
  const error = thrown instanceof TenderError ? thrown : new TenderError('failed', thrown instanceof Error ? thrown.message : String(thrown));
  if (json) process.stdout.write(`${JSON.stringify({ error })}\n`);
  else process.stderr.write(`${error.message}${error.hint ? `\n${error.hint}` : ''}\n`);
  return error.code === 'usage' ? 2 : 1;
}
