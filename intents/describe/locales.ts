/** Phrasebooks of all locales besides English. */
import type { Phrasebook } from '../describe.ts';
import { de } from './de.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { ja } from './ja.ts';
import { pt } from './pt.ts';
import { zh } from './zh.ts';

export const PHRASEBOOKS: readonly Phrasebook[] = [de, es, fr, pt, zh, ja];
