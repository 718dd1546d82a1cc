/** All locales in full, English too, with the rules that only they need. Whoever imports this carries their words; wallets that read English only do not. */
import { WIDE } from './grammar/wide/index.ts';
import { de } from './lexicon/de.ts';
import { english } from './lexicon/english.ts';
import { es } from './lexicon/es.ts';
import { fr } from './lexicon/fr.ts';
import { INTERNATIONAL } from './lexicon/international.ts';
import { ja } from './lexicon/ja.ts';
import type { Lexicon, Words } from './lexicon/lexicon.ts';
import { pt } from './lexicon/pt.ts';
import { zh } from './lexicon/zh.ts';

const words = (own: Words): Words =>
  Object.fromEntries([...new Set([...Object.keys(own), ...Object.keys(INTERNATIONAL)])].map((key) => [key, [own[key], INTERNATIONAL[key]].filter(Boolean).join('|')]));
const wide = (lexicons: Lexicon[]) => lexicons.map((lexicon) => ({ ...lexicon, words: words(lexicon.words), grammar: WIDE }));
// Marked pure, or bundlers would keep all of it for whoever imports the door.
export const LOCALES: readonly Lexicon[] = /* @__PURE__ */ wide([english, de, es, fr, ja, pt, zh]);
