/** What machine and provider say to each other: one JSON object a line, over one pipe that both ends die without. */

export type Lease = { cpuMilli: number; memoryMiB: number; diskGiB: number; seconds: number };

/** How the machine is started, as JSON in its only argument. `walled`: it shares no process with its host. */
export type Start = { lease: Lease; leaseId: string; walled: boolean };

export type Request =
  | { id: number; do: 'run'; command: string; timeoutMs: number; outputBytes: number }
  | { id: number; do: 'heartbeat'; nonce: string };

/** What the machine measured of itself. Seconds since it opened; processes, memory and processor time of what the buyer runs. */
export type Heartbeat = { nonce: string; seconds: number; processes: number; cpuSeconds: number; memoryMiB: number; diskMiB: number };
/** `killed`: why the machine ended the command. A signal counts as 128 + its number. */
export type Ended = { exitCode: number; truncated: boolean; killed?: 'time' | 'memory' | 'disk' };

export type Answer =
  | { id: number; out: 'stdout' | 'stderr'; base64: string }
  | { id: number; ended: Ended }
  | { id: number; heartbeat: Heartbeat };

/** Longest line to and from the machine. */
export const REQUEST_CHARACTERS = 2 ** 20;
export const ANSWER_CHARACTERS = 2 ** 20;
/** Descriptor of the pipe in the machine. */
export const LINE = 3;
/** Environment variable by which what a lease started is found again where processes cannot be walled in. */
export const MARK = 'TENDER_LEASE';

/** Splits a stream of text into lines; a line longer than `most` characters throws. */
export function lineReader(each: (line: string) => void, most: number): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) each(line);
    if (rest.length > most) throw new RangeError('a line that is too long');
  };
}
