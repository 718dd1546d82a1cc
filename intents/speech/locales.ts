/** Speech in all locales. Whoever imports this carries their words. */
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { ja } from './ja.ts';
import { pt } from './pt.ts';
import type { Speech } from './speech.ts';
import { zh } from './zh.ts';

export const SPEECH: readonly Speech[] = [en, de, es, fr, pt, zh, ja];
