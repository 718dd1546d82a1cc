/** Looked at before anything else: characters that cannot be seen, and letters that look like others. */
import type { Refusal, Span } from '../intent.ts';

/** Longest text that is read at all, UTF-16 units; sixty words need half of it. */
export const LONGEST_TEXT = 700;

const HIDDEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\u{e0000}-\u{e0fff}]|[\ud800-\udfff]/u;
/** What pictures are composed of; anywhere else it is hidden. */
const JOINED = /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}])(?:\ufe0f|\ufe0f?\u200d(?=\p{Extended_Pictographic}))/gu;
/** Letters of scripts that none of the seven locales use, and Latin look-alikes outside the everyday blocks. */
const FOREIGN =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}\p{Script=Deseret}\p{Script=Georgian}\p{Script=Hebrew}\p{Script=Arabic}]/u;
const LOOKALIKE =
  /[\u0131\u0180-\u024f\u0250-\u02af\u1d00-\u1dbf\u2100-\u214f\u2160-\u2188\u24b6-\u24e9\ua720-\ua7ff\u{1d400}-\u{1d7ff}\u{1f130}-\u{1f189}]/u;
const LATIN = /[A-Za-z]/;
const COMBINING = /[\u0300-\u036f\u20d0-\u20f0]/;
/** Cyrillic and Greek capitals and smalls by the Latin letter that they resemble. */
const LIKE = new Map(
  [...'АAВBЕEКKМMНHОOРPСCТTУYХXІIЈJЅSаaеeоoрpсcуyхxіiјjѕsԁdһhԛqԝwΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXοoνvιiαaρpτtυuκkεe'].reduce<
    [string, string][]
  >((pairs, letter, index, all) => (index % 2 ? pairs : [...pairs, [letter, all[index + 1] as string]]), []),
);
/** Latin spelling that a word pretends to have. */
export const skeleton = (word: string) =>
  [...word]
    .map((letter) => LIKE.get(letter) ?? letter)
    .join('')
    .toLowerCase();

const spanAt = (text: string, start: number, end: number): Span => ({ quote: text.slice(start, end), start, end });

/** A refusal for text that must not be read, or undefined. `names`: lower-case symbols and chains that could be imitated. */
export function hygiene(text: string, names: ReadonlySet<string>): Refusal | undefined {
  if (text.length > LONGEST_TEXT)
    return {
      code: 'not_an_intent',
      message: `That is longer than ${LONGEST_TEXT} characters.`,
      hint: 'Say what you want in one or two sentences.',
    };
  const hidden = HIDDEN.exec(text.replace(JOINED, (mark) => '_'.repeat(mark.length)));
  if (hidden)
    return {
      code: 'hidden_characters',
      message: 'The text contains characters that cannot be seen.',
      hint: 'Type the sentence instead of pasting it.',
      span: spanAt(text, hidden.index, hidden.index + hidden[0].length),
    };
  return homoglyph(text, names);
}

function homoglyph(text: string, names: ReadonlySet<string>): Refusal | undefined {
  if (!FOREIGN.test(text) && !LOOKALIKE.test(text) && !COMBINING.test(text)) return undefined;
  for (const match of text.normalize('NFC').matchAll(/[^\s,;:!?()"“”]+/gu)) {
    const word = match[0];
    const foreign = FOREIGN.test(word);
    const disguised = (foreign || LOOKALIKE.test(word) || COMBINING.test(word)) && (LATIN.test(word) || /\d/.test(word));
    if (!disguised && !(foreign && names.has(skeleton(word))) && !LOOKALIKE.test(word)) continue;
    return {
      code: 'homoglyph',
      message: `“${word}” mixes letters of different alphabets that look alike.`,
      hint: 'Type the name with ordinary letters.',
      span: spanAt(text, match.index, match.index + word.length),
    };
  }
  return undefined;
}
