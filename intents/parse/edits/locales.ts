/** The words of edits in all locales. */
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { ja } from './ja.ts';
import { pt } from './pt.ts';
import type { EditWords } from './words.ts';
import { zh } from './zh.ts';

export const EDIT_WORDS: readonly EditWords[] = [en, de, es, fr, pt, zh, ja];
