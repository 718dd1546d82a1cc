/** What all processes of the network share: structured logs, one "ready" line, an orderly end, and no life without the parent. */
import { TenderError } from '../intents/errors.ts';

export type Log = (event: string, detail?: Record<string, unknown>) => void;
export type Running = {
  log: Log;
  /** Says that the process serves; only the first call counts. */
  ready(detail: string): void;
  /** Falls at SIGTERM, SIGINT, or when the parent that watches over this process is gone. */
  signal: AbortSignal;
};

/** Longest time that an orderly end may take, ms. */
const END_MS = 4_000;

/** Runs `main` as a process: exit code 0 when it ends as asked, 1 when it fails, 2 when its configuration is wrong. */
export async function run(name: string, main: (running: Running) => Promise<void>): Promise<never> {
  const stop = new AbortController();
  const end = () => {
    stop.abort();
    setTimeout(() => process.exit(0), END_MS).unref();
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
  if (process.channel) process.once('disconnect', end);
  const log: Log = (event, detail = {}) =>
    void process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), name, event, ...detail }, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value))}\n`);
  let said = false;
  const ready = (detail: string) => {
    if (said) return;
    said = true;
    process.stdout.write(`ready ${name} ${detail}\n`);
    process.send?.({ ready: true });
  };
  try {
    await main({ log, ready, signal: stop.signal });
    process.exit(0);
  } catch (error) {
    const known = error instanceof TenderError;
    log('failed', known ? { code: error.code, message: error.message } : { message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    process.exit(known && error.code === 'bad_config' ? 2 : 1);
  }
}
