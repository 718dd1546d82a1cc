/** A clause is a cover of the whole text by phrases; what no phrase explains is left over, and counted. */
import type { Chart, Item } from './chart.ts';

/** Phrases that can stand in a clause, with what they cost when they hold something missing or unknown. */
const COST: Record<string, number> = {
  verb: 0,
  mode: 0,
  leg: 0,
  mleg: 0,
  askleg: 3,
  maskleg: 3,
  pair: 0,
  place: 0,
  bareplace: 2,
  recipient: 0,
  slippage: 0,
  deadline: 0,
  takenBy: 0,
  price: 0,
  partialFill: 0,
  every: 0,
  count: 0,
  over: 0,
  parts: 0,
  span: 0,
  askspan: 1,
  badspan: 1,
  route: 0,
  scope: 0,
  maxspan: 0,
  gpu: 0,
  askgpu: 2,
  cpu: 0,
  ram: 0,
  disk: 0,
  size: 0,
  machine: 0,
  region: 0,
  place_region: 0,
  task: 0,
  image: 0,
  program: 0,
  input: 0,
  llm: 2,
  llmtokens: 0,
  flag: 0,
  net: 0,
  nogpu: 0,
  start: 0,
  range: 0,
  maxprice: 0,
  budget: 0,
  ref: 0,
  fuel: 0,
};
const SKIPPED = new Set(['skip', 'and', 'then', 'but']);
/** More than any sum of unknowns in one sentence: explaining a word always beats leaving it over. */
export const LEFTOVER = 50;

/** Words that say why a text is not understood: they are left over rather than the letters that they are made of. */
const TELLING = new Set(['neg', 'noton', 'if', 'unless', 'bad', 'advice', 'mention', 'question']);

/** Steps of the search per cover that may be found. */
const STEPS = 25;

export type Cover = { args: Item[]; leftover: Item[]; cost: number };
type Edge = { next: number; cost: number; item: Item | undefined; left?: boolean };

/** Covers by rising cost: first all of the cheapest, then the next cheapest level, for `levels` levels and at most `most` covers. */
export function* covers(chart: Chart, lexemes: readonly Item[], begin: number, length: number, levels = 3, most = 400): Generator<Cover[]> {
  const edges = edgesOf(chart, lexemes, length, begin);
  const rest = cheapest(edges, length);
  let bound = rest[begin] ?? Number.POSITIVE_INFINITY;
  for (let level = 0; level < levels && Number.isFinite(bound); level++) {
    const found: Cover[] = [];
    const walk = { edges, rest, length, bound, above: Number.POSITIVE_INFINITY, most, found, seen: new Set<string>(), steps: 0 };
    follow(walk, begin, [], [], 0);
    // A search that was cut short may have missed a second reading: it counts as none.
    if (found.length >= most || walk.steps > walk.most * STEPS) return;
    yield found;
    bound = walk.above;
  }
}

function edgesOf(chart: Chart, lexemes: readonly Item[], length: number, begin: number): Edge[][] {
  const edges: Edge[][] = Array.from({ length: length + 1 }, () => []);
  for (let position = 0; position < length; position++) {
    const cell = chart.cells[position];
    if (!cell) continue;
    const skips = new Set<number>();
    for (const [cat, items] of cell) {
      const cost = COST[cat];
      if (cost !== undefined) for (const item of items) edges[position]?.push({ next: item.next, cost, item });
      // `Actually, …` corrects nothing that was said before it.
      if (SKIPPED.has(cat) || (cat === 'correct' && position === begin)) for (const item of items) skips.add(item.next);
    }
    for (const next of skips) edges[position]?.push({ next, cost: 0, item: undefined });
  }
  for (const lexeme of lexemes) {
    const from = edges[lexeme.start] as Edge[];
    const cost = LEFTOVER - (TELLING.has(lexeme.cat) ? 1 : 0);
    const same = from.find((edge) => edge.left && edge.next === lexeme.next);
    if (!same) from.push({ next: lexeme.next, cost, item: lexeme, left: true });
    else if (cost < same.cost) Object.assign(same, { cost, item: lexeme });
  }
  return edges;
}

/** Least cost from each position to the end. */
function cheapest(edges: Edge[][], length: number): number[] {
  const rest = new Array<number>(length + 1).fill(Number.POSITIVE_INFINITY);
  rest[length] = 0;
  for (let position = length - 1; position >= 0; position--)
    for (const { next, cost } of edges[position] as Edge[])
      rest[position] = Math.min(rest[position] as number, cost + (rest[next] as number));
  return rest;
}

type Walk = {
  edges: Edge[][];
  rest: number[];
  length: number;
  bound: number;
  above: number;
  most: number;
  found: Cover[];
  seen: Set<string>;
  steps: number;
};

function follow(walk: Walk, position: number, args: Item[], leftover: Item[], spent: number): void {
  if (walk.found.length >= walk.most || ++walk.steps > walk.most * STEPS) return;
  if (position >= walk.length) {
    const key = args.map((item) => `${item.cat}${item.start}-${item.end}${JSON.stringify(item.value)}`).join('|');
    if (spent === walk.bound && !walk.seen.has(key)) {
      walk.seen.add(key);
      walk.found.push({ args, leftover, cost: spent });
    }
    return;
  }
  for (const { next, cost, item, left } of walk.edges[position] as Edge[]) {
    const least = spent + cost + (walk.rest[next] as number);
    if (least > walk.bound) {
      walk.above = Math.min(walk.above, least);
      continue;
    }
    follow(walk, next, item && !left ? [...args, item] : args, left && item ? [...leftover, item] : leftover, spent + cost);
  }
}
