/** What every section of `npm run prove` takes and gives. */

export type Options = {
  seed: number;
  /** Mutants tried per file; 0: all. */
  sample: number;
  /** Stops starting new work in a section after this many minutes. */
  minutes: number;
  /** Substrings, separated by commas, of the files or bugs that are worked on (of lemmas and campaigns: one); empty: all. */
  match: string;
  /** Handler calls per seed, and number of seeds, of the long invariants. */
  calls: number;
  seeds: number;
};

export type Row = { name: string; result: string; ok: boolean; note?: string };

export type Result = {
  section: string;
  ok: boolean;
  /** One line, fit for a README. */
  summary: string;
  rows: Row[];
  seconds: number;
};

export type Section = (options: Options, log: (line: string) => void) => Promise<{ summary: string; rows: Row[]; ok?: boolean }>;

/** A tool that this machine lacks, and how to get it. */
export class Missing extends Error {
  readonly tool: string;
  constructor(tool: string, hint: string) {
    super(`${tool} is not there: ${hint}`);
    this.tool = tool;
  }
}
