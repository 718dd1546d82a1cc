/** All locales besides English. Whoever imports this carries their words; wallets that read English only do not. */
import { de } from './lexicon/de.ts';
import { es } from './lexicon/es.ts';
import { fr } from './lexicon/fr.ts';
import { ja } from './lexicon/ja.ts';
import type { Lexicon } from './lexicon/lexicon.ts';
import { pt } from './lexicon/pt.ts';
import { zh } from './lexicon/zh.ts';

export const LOCALES: readonly Lexicon[] = [de, es, fr, ja, pt, zh];
