/** Phrases by their letters: everything that stands at a position comes out in one walk, however many phrases there are. */

export type Entry = { phrase: string; cat: string; value: string };
export type Trie = { next: Map<string, Trie>; entries: Entry[] };
export const trie = (): Trie => ({ next: new Map(), entries: [] });

export function enter(root: Trie, entry: Entry): void {
  let node = root;
  for (let index = 0; index < entry.phrase.length; index++) {
    const letter = entry.phrase[index] as string;
    let child = node.next.get(letter);
    if (!child) {
      child = trie();
      node.next.set(letter, child);
    }
    node = child;
  }
  if (!node.entries.some(({ cat, value }) => cat === entry.cat && value === entry.value)) node.entries.push(entry);
}

const isSpace = (letter: string | undefined) => letter === ' ' || letter === '\u00a0' || letter === '\u202f';

/** Calls `found` for the entries of every phrase at `start`, shorter ones first. A space stands for any run of white space. */
export function walk(root: Trie, text: string, start: number, found: (entries: Entry[], end: number) => void): void {
  let node: Trie | undefined = root;
  for (let cursor = start; cursor < text.length; ) {
    const letter = text[cursor] as string;
    const space = isSpace(letter);
    node = node.next.get(space ? ' ' : letter);
    if (!node) return;
    cursor++;
    if (space) while (isSpace(text[cursor])) cursor++;
    if (node.entries.length) found(node.entries, cursor);
  }
}

export function* all(node: Trie): Generator<Entry> {
  yield* node.entries;
  for (const child of node.next.values()) yield* all(child);
}
