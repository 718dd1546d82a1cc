/** What a speech table is: every sentence that the language says to its user, in one locale. */
import type { DialogueRefusal, RefusalCode, Slot, WorldRefusal } from '../intent.ts';

export type Code = RefusalCode | WorldRefusal | DialogueRefusal;
/** A sentence, and the nearest thing that can be done. `{name}` is filled in. */
export type Pair = readonly [message: string, hint: string];
/**
 * Per code: first the sentence that always fits (no marks), then those for special causes. Per slot: what is asked. `labels` stand on
 * options. All tables have the same entries in the same order with the same marks: English is the key of the others.
 */
export type Speech = {
  locale: string;
  refusals: Record<Code, readonly Pair[]>;
  questions: Record<Slot, readonly string[]>;
  /** Questions about a whole message, and what is said beside a draft and beside a change. */
  others: readonly string[];
  labels: readonly string[];
  /** What a slot is called. `unchanged` is a choice that changes nothing, `none` a value that goes. */
  slots: Record<string, string>;
  unchanged: string;
  none: string;
};
