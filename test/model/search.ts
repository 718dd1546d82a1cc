/** Exhaustive search of a small model: every state that any order of actions can reach, and the shortest way to a broken rule. */

/** An action returns the state after it, or nothing where it cannot happen. States are flat objects with members in one order. */
export type Model<S> = { initial: readonly S[]; actions: Readonly<Record<string, (state: S) => S | undefined>> };

export type Rules<S> = {
  /** Name → a state in which this rule is broken. */
  never: Readonly<Record<string, (state: S) => boolean>>;
  /** Name → the state that every run must come to. Broken by a dead end, or a circle, without it. */
  always?: Readonly<Record<string, (state: S) => boolean>>;
};

export type Found = {
  states: number;
  transitions: number;
  /** Broken rule → the actions that lead there. A rule that is not here holds. */
  broken: Map<string, string[]>;
};

type Node<S> = { state: S; from: number; by: string; next: number[] };

/** Breadth first from all initial states. Throws RangeError beyond `limit` states: a model that large is not a model. */
export function search<S extends object>({ initial, actions }: Model<S>, { never, always = {} }: Rules<S>, limit = 500_000): Found {
  const nodes: Node<S>[] = [];
  const known = new Map<string, number>();
  const broken = new Map<string, string[]>();
  let transitions = 0;

  const wayTo = (index: number): string[] => {
    const way: string[] = [];
    for (let at = nodes[index]; at && at.from >= 0; at = nodes[at.from]) way.unshift(at.by);
    return way;
  };
  const visit = (state: S, from: number, by: string): number => {
    const key = Object.values(state).join();
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    const index = nodes.push({ state, from, by, next: [] }) - 1;
    if (index >= limit) throw new RangeError(`more than ${limit} states`);
    known.set(key, index);
    for (const [name, isBroken] of Object.entries(never)) if (!broken.has(name) && isBroken(state)) broken.set(name, wayTo(index));
    return index;
  };

  for (const state of initial) visit(state, -1, '');
  for (let index = 0; index < nodes.length; index++) {
    const node = nodes[index] as Node<S>;
    for (const [name, act] of Object.entries(actions)) {
      const after = act(node.state);
      if (!after) continue;
      transitions++;
      node.next.push(visit(after, index, name));
    }
  }
  for (const [name, isReached] of Object.entries(always)) {
    const stuck = firstStuck(nodes, isReached);
    if (stuck !== undefined) broken.set(name, wayTo(stuck));
  }
  return { states: nodes.length, transitions, broken };
}

/** The first state from which some run never comes to `isReached`: it ends before, or goes round for ever. */
function firstStuck<S>(nodes: readonly Node<S>[], isReached: (state: S) => boolean): number | undefined {
  const open = nodes.map(({ state }) => !isReached(state));
  const waitingFor = nodes.map((node, index) => (open[index] ? node.next.filter((next) => open[next]).length : 0));
  const before: number[][] = nodes.map(() => []);
  nodes.forEach((node, index) => open[index] && node.next.forEach((next) => open[next] && before[next]?.push(index)));
  const dead = nodes.findIndex((node, index) => open[index] && node.next.length === 0);
  if (dead >= 0) return dead;
  // Take away, again and again, what leads only to reached states: what remains goes round.
  const queue = waitingFor.flatMap((count, index) => (open[index] && count === 0 ? [index] : []));
  const left = new Set(open.flatMap((isOpen, index) => (isOpen ? [index] : [])));
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    left.delete(at);
    for (const index of before[at] ?? []) if (--(waitingFor[index] as number) === 0) queue.push(index);
  }
  return left.values().next().value;
}
