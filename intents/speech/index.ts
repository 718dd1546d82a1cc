/** The language speaks as it is spoken to: readings with their sentences in the user's locale. */
import type { Reading } from '../intent.ts';
import type { ParseContext } from '../parse/context.ts';
import { lexersFor } from '../parse/lexicon/index.ts';
import { SPEECH } from './locales.ts';
import type { Speech } from './speech.ts';
import { translate } from './translate.ts';

export { SPEECH } from './locales.ts';

/** What is said beside a draft: it holds no value. `changed`: it is a change of one that was shown. */
export function besideDraft(locale: string, changed: boolean): string {
  const { others } = SPEECH.find((speech) => speech.locale === locale.slice(0, 2).toLowerCase()) ?? (SPEECH[0] as Speech);
  return others[changed ? 3 : 2] as string;
}

/** The declared locale, or the one whose words the text has most of; English if neither tells. */
export const localeOf = (text: string, context: ParseContext): string => context.locale ?? lexersFor(text, context)[0]?.lexicon.locale ?? 'en';

/** A reading of `text` as the user should see it. `first`: what the dialogue began with. */
export const spoken = (reading: Reading, text: string, context: ParseContext, first = ''): Reading =>
  'draft' in reading ? reading : translate(reading, localeOf(`${first} ${text.slice(0, 1_000)}`, context), SPEECH);
