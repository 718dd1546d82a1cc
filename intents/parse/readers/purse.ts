/** What a model may cost: tokens per UTC day, counted in this process; a restart begins a new count. */

export type Purse = {
  /** Sets tokens aside before they are spent, so that requests side by side stay below the cap together. False: not today. */
  take(tokens: number): boolean;
  /** What was really spent of `taken`. */
  settle(taken: number, spent: number): void;
  /** Tokens of today that are not spoken for. */
  left(): number;
};
export const TOKENS_PER_DAY = 1_000_000;
const DAY_MS = 86_400_000;

export function purse(tokensPerDay: number = TOKENS_PER_DAY, now: () => number = Date.now): Purse {
  let day = 0;
  let spent = 0;
  const today = () => {
    const current = Math.floor(now() / DAY_MS);
    if (current !== day) [day, spent] = [current, 0];
    return tokensPerDay - spent;
  };
  return {
    left: () => Math.max(0, today()),
    take(tokens) {
      if (today() < tokens) return false;
      spent += tokens;
      return true;
    },
    settle(taken, used) {
      today();
      spent = Math.max(0, spent - taken + used);
    },
  };
}

/** Tokens of a text at most: a token is rarely less than two bytes. For a server that does not count, or counts in its own favour. */
export const tokensIn = (text: string): number => Math.ceil(new TextEncoder().encode(text).length / 2);
