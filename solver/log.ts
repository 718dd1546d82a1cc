/** The solver's log: one JSON object per line on stderr, bigints as decimal strings, never a key. */
import { stringify } from '../intents/json.ts';

export type Log = (event: string, detail?: Record<string, unknown>) => void;

/** Writes `{at, solver, event, …detail}`. */
export const createLog =
  (solver: string, write: (line: string) => void = (line) => process.stderr.write(line)): Log =>
  (event, detail = {}) =>
    write(`${stringify({ at: new Date().toISOString(), solver, event, ...detail })}\n`);

/** One sentence of whatever was thrown, without stack or URL. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? ((error as { shortMessage?: string }).shortMessage ?? error.message) : String(error);
  return (text.split('\n')[0] ?? '').replaceAll(/\b(https?|wss?):\/\/[^\s"')]+/g, '<endpoint>').slice(0, 300);
}
