/** The words of edits in all locales. */
import { de } from './de.ts';
import { en } from './en.ts';
import type { EditWords } from './words.ts';

export const EDIT_WORDS: readonly EditWords[] = [de, en];
