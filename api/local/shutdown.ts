/** Stops a network in order when it is told to: Ctrl-C, SIGTERM, a closed terminal, or an npm that is gone. */
import { followNpm } from './lifeline.ts';

/** Calls `stop` once, at the first sign, and ends the process with 0; at a second Ctrl-C it ends at once. */
export function stopOnSignal(stop: () => Promise<void>, exit: (code: number) => void = process.exit): void {
  let stopping = false;
  const begin = (code: number) => (): void => {
    if (stopping) return exit(code);
    stopping = true;
    stop().then(() => exit(0), () => exit(1));
  };
  process.on('SIGINT', begin(130));
  process.on('SIGTERM', begin(143));
  process.on('SIGHUP', begin(129));
  followNpm(begin(1));
}
