/** The user's own words, with every piece that was understood marked where it stands. */
import type { ReactElement } from 'react';
import type { Evidence } from '../../intents/intent.ts';

const NAMES: Record<string, string> = {
  'sell.amount': 'amount to pay', 'sell.token': 'token to pay with', 'sell.chain': 'chain to pay on', 'sell.max': 'limit', 'buy.amount': 'amount to get',
  'buy.token': 'token to get', 'buy.chain': 'chain to receive on', 'buy.min': 'limit', recipient: 'recipient', deadline: 'deadline', duration: 'duration',
  budget: 'budget', module: 'program', input: 'input', cpu: 'processors', slippageBps: 'slippage', 'gpu.count': 'number of GPUs', 'gpu.model': 'GPU', 'budget.value': 'budget', 'sell.amountPer': 'amount each time', maxDuration: 'duration', refused: 'the reason for the refusal',
};
export const slotName = (slot: string): string => NAMES[slot] ?? slot.replaceAll('.', ' ');

type Piece = { start: number; end: number; slots: string[] };

/** Spans in order, without overlaps: of two that overlap the earlier one counts, and a span shared by slots is one piece. */
export function piecesOf(text: string, evidence: Evidence): Piece[] {
  const spans = Object.entries(evidence)
    .filter(([, { start, end, by, quote }]) => by !== 'tap' && end > start && end <= text.length && text.slice(start, end) === quote)
    .sort(([, a], [, b]) => a.start - b.start || b.end - a.end);
  const pieces: Piece[] = [];
  for (const [slot, { start, end }] of spans) {
    const last = pieces.at(-1);
    if (last && start < last.end) last.slots.push(slot);
    else pieces.push({ start, end, slots: [slot] });
  }
  return pieces;
}

/** `hot`: the slots of the card's row that is pointed at. */
export function Said({ text, evidence, hot, onPoint }: { text: string; evidence: Evidence; hot: readonly string[]; onPoint(slots: readonly string[]): void }) {
  const parts: (string | ReactElement)[] = [];
  let at = 0;
  for (const { start, end, slots } of piecesOf(text, evidence)) {
    parts.push(text.slice(at, start));
    const kind = slots[0]?.split('.')[0] ?? '';
    const isHot = slots.some((slot) => hot.some((pointed) => slot === pointed || slot.startsWith(`${pointed}.`)));
    parts.push(
      <mark key={start} className={`span-${/^[a-z]+$/.test(kind) ? kind : 'other'}${isHot ? ' hot' : ''}`} title={`Understood as: ${slots.map(slotName).join(', ')}`} onMouseEnter={() => onPoint(slots)} onMouseLeave={() => onPoint([])}>
        {text.slice(start, end)}
      </mark>,
    );
    at = end;
  }
  parts.push(text.slice(at));
  return <p className="said-text">{parts}</p>;
}
