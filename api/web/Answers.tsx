/** What comes back when nothing can be signed yet: a question with options, or a refusal that says why and what would work. */
import { useEffect, useRef } from 'react';
import type { Question, Refusal } from '../../intents/intent.ts';
import { Alert } from './icons.tsx';

export function QuestionView({ question, onPick, onType }: { question: Question; onPick(optionId: string): void; onType(): void }) {
  const group = useRef<HTMLDivElement>(null);
  // Whoever just pressed Enter goes on with the keyboard.
  useEffect(() => {
    const at = document.activeElement;
    if (at === document.body || (at instanceof HTMLTextAreaElement && !at.value)) group.current?.querySelector('button')?.focus({ preventScroll: true });
  }, []);
  return (
    <div className="answer question">
      <p className="question-says" id={`q-${question.slots[0]}`}>{question.sentence}</p>
      <div className="options" role="group" aria-labelledby={`q-${question.slots[0]}`} ref={group}>
        {question.options.map(({ id, label }) => <button key={id} type="button" className="option" onClick={() => onPick(id)}>{label}</button>)}
        <button type="button" className="option other" onClick={onType}>Say it differently</button>
      </div>
    </div>
  );
}

/** A sentence that the network does, for whoever was refused. */
const INSTEAD = 'swap 100 USDC to ETH on base';

export function RefusalView({ refusal, onEdit, onFaucet }: { refusal: Refusal; onEdit(text?: string): void; onFaucet?: (() => void) | undefined }) {
  const poor = refusal.code === 'insufficient_balance';
  return (
    <div className="answer refusal" role="alert">
      <p className="refusal-head"><Alert /> <strong>{poor ? 'Not enough in the wallet' : 'This will not be done'}</strong> <code className="code">{refusal.code}</code></p>
      <p>{refusal.message}</p>
      {refusal.hint && <p className="quiet">{refusal.hint}</p>}
      <p className="ways">
        {poor && onFaucet && <button type="button" className="small primary" onClick={onFaucet}>Get test tokens</button>}
        <button type="button" className="small" onClick={() => onEdit()}>Change the sentence</button>
        {!poor && <button type="button" className="small" onClick={() => onEdit(INSTEAD)}>Try “{INSTEAD}”</button>}
      </p>
      <p className="quiet small-print">Nothing was signed and nothing moved.</p>
    </div>
  );
}
