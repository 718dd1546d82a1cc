/** A closed chart: bottom-up, right to left, all derivations. Items to the right of a position are complete when it is filled. */

/** Something that stands at `[start, end)` of the text; `next` is where the following word begins. */
export type Item<V = unknown> = { cat: string; start: number; end: number; next: number; value: V };
/** A symbol ending in `?` may be absent; the builder then gets `undefined`. A builder that returns `undefined` refuses. */
export type Rule = { cat: string; symbols: string[]; build: (...items: never[]) => unknown };
type Variant = { rule: Rule; symbols: string[]; at: number[] };
export type Grammar = Map<string, Variant[]>;

/** Expands optional symbols once, so that the parse loop knows none. */
export function compile(rules: readonly Rule[]): Grammar {
  const grammar: Grammar = new Map();
  for (const rule of rules) {
    const optional = rule.symbols.flatMap((symbol, index) => (symbol.endsWith('?') ? [index] : []));
    for (let mask = 0; mask < 1 << optional.length; mask++) {
      const at = rule.symbols
        .map((_, index) => index)
        .filter((index) => {
          const bit = optional.indexOf(index);
          return bit < 0 || mask & (1 << bit);
        });
      const symbols = at.map((index) => (rule.symbols[index] as string).replace('?', ''));
      const first = symbols[0] as string;
      grammar.set(first, [...(grammar.get(first) ?? []), { rule, symbols, at }]);
    }
  }
  return grammar;
}

type Cell = Map<string, Item[]>;
export type Chart = { cells: (Cell | undefined)[]; overflow: boolean };
/** More items than any sentence of sixty words makes; beyond it the text is not understood, never guessed at. */
const MOST_ITEMS = 2500;

export function fillChart(lexemes: readonly Item[], length: number, grammar: Grammar): Chart {
  const starting: Item[][] = [];
  for (const item of lexemes) (starting[item.start] ??= []).push(item);
  const chart: Chart = { cells: new Array(length + 1), overflow: false };
  let count = 0;
  for (let position = length - 1; position >= 0; position--) {
    const agenda = starting[position];
    if (!agenda) continue;
    const cell: Cell = new Map();
    chart.cells[position] = cell;
    for (let done = 0; done < agenda.length; done++) {
      const item = agenda[done] as Item;
      if (!admit(cell, item)) continue;
      if (++count > MOST_ITEMS) return { ...chart, overflow: true };
      for (const variant of grammar.get(item.cat) ?? []) extend(chart, variant, [item], agenda);
    }
  }
  return chart;
}

/** False if the same thing stands there already by another derivation. */
function admit(cell: Cell, item: Item): boolean {
  const same = cell.get(item.cat);
  if (!same) {
    cell.set(item.cat, [item]);
    return true;
  }
  for (const other of same) {
    if (other.end === item.end && (other.value === item.value || JSON.stringify(other.value) === JSON.stringify(item.value))) return false;
  }
  same.push(item);
  return true;
}

function extend(chart: Chart, variant: Variant, parts: Item[], agenda: Item[]): void {
  const last = parts[parts.length - 1] as Item;
  const wanted = variant.symbols[parts.length];
  if (wanted === undefined) {
    const slots: (Item | undefined)[] = new Array(variant.rule.symbols.length).fill(undefined);
    parts.forEach((part, index) => {
      slots[variant.at[index] as number] = part;
    });
    const value = variant.rule.build(...(slots as never[]));
    const first = parts[0] as Item;
    if (value !== undefined) agenda.push({ cat: variant.rule.cat, start: first.start, end: last.end, next: last.next, value });
    return;
  }
  for (const item of chart.cells[last.next]?.get(wanted) ?? []) extend(chart, variant, [...parts, item], agenda);
}
