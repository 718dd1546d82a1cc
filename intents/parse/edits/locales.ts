/** The words of edits in all locales. */
import { en } from './en.ts';
import type { EditWords } from './words.ts';

export const EDIT_WORDS: readonly EditWords[] = [en];
