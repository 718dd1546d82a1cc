/** One turn of the conversation: what was said, and whatever it has become since. */
import { lazy, Suspense, useState } from 'react';
import { describeDraft } from '../../intents/describeDraft.ts';
import type { Prepared } from '../client/shapes.ts';
import { QuestionView, RefusalView } from './Answers.tsx';
import type { Edit } from './card.ts';
import { CardView } from './CardView.tsx';
import type { Tender } from './hooks.ts';
import { useNetwork } from './network.ts';
import { Trouble } from './parts.tsx';
import { Said } from './Said.tsx';
import { evidenceOf, type Turn } from './turns.ts';

// What only a signed order needs is loaded when there is one.
const SignDialog = lazy(() => import('./SignDialog.tsx').then(({ SignDialog: component }) => ({ default: component })));
const Progress = lazy(() => import('./Progress.tsx').then(({ Progress: component }) => ({ default: component })));
const ReceiptView = lazy(() => import('./ReceiptView.tsx').then(({ ReceiptView: component }) => ({ default: component })));
const LeasePanel = lazy(() => import('./LeasePanel.tsx').then(({ LeasePanel: component }) => ({ default: component })));

type Needs = { turn: Turn; before: Prepared | undefined; tender: Tender; onRewrite(text: string, select?: string): void; onFaucet: (() => void) | undefined };

export function TurnView({ turn, before, tender, onRewrite, onFaucet }: Needs) {
  const [hot, setHot] = useState<readonly string[]>([]);
  const fromHistory = turn.state.at === 'running' && !turn.state.prepared;
  return (
    <li className="turn">
      <div className={fromHistory ? 'said history' : 'said'}>
        <span className="hidden">You said:</span>
        <Said text={turn.text} evidence={evidenceOf(turn)} hot={hot} onPoint={setHot} />
        {turn.files.length > 0 && <p className="quiet small-print">{turn.files.map(({ name }) => name).join(', ')}</p>}
        {turn.taps.map(({ sentence, label }) => <p key={sentence} className="tap"><span className="quiet">{sentence}</span> {label}</p>)}
      </div>
      <Suspense fallback={<Thinking />}>
        <State turn={turn} before={before} tender={tender} onRewrite={onRewrite} onFaucet={onFaucet} onPoint={setHot} />
      </Suspense>
    </li>
  );
}

const Thinking = () => <p className="answer thinking" aria-busy="true"><span className="dots" aria-hidden="true"><i /><i /><i /></span><span className="hidden">Working on it …</span></p>;

function State({ turn, before, tender, onRewrite, onFaucet, onPoint }: Needs & { onPoint(slots: readonly string[]): void }) {
  const { choose } = useNetwork();
  const [reviewing, setReviewing] = useState(false);
  const { state, text } = turn;
  switch (state.at) {
    case 'needs-wallet':
      return (
        <div className="answer">
          <p>Connect a wallet, and I will find out what this costs. Nothing is signed by connecting.</p>
          <p className="ways"><button type="button" className="primary small" onClick={choose}>Connect a wallet</button></p>
        </div>
      );
    case 'thinking':
      return <Thinking />;
    case 'question':
      if (turn.changed) return <p className="answer quiet">{state.question.sentence} You answered below.</p>;
      return <QuestionView question={state.question} onPick={(id) => tender.answer(turn, state.question, id)} onType={() => onRewrite(text)} />;
    case 'refused':
      return <RefusalView refusal={state.refusal} onEdit={(other) => onRewrite(other ?? text)} onFaucet={onFaucet} />;
    case 'failed':
      return <div className="answer"><Trouble error={state.error} actions={[{ label: 'Try again', run: () => tender.again(turn) }, { label: 'Change the sentence', run: () => onRewrite(text) }]} /></div>;
    case 'ready':
      return (
        <>
          <CardView
            prepared={state.prepared} before={before} changes={turn.changes ?? []} changed={turn.changed ?? false} trouble={state.trouble} onPoint={onPoint} onReview={() => setReviewing(true)}
            onEdit={({ phrase, select }: Edit) => onRewrite(turn.changes ? phrase.trim() : `${text}${phrase}`, select)} onAgain={() => tender.again(turn)}
          />
          {reviewing && (
            <SignDialog
              prepared={state.prepared} onClose={() => setReviewing(false)}
              onSign={() => {
                setReviewing(false);
                tender.sign(turn);
              }}
            />
          )}
        </>
      );
    case 'running': {
      const { run, prepared } = state;
      const started = run.events.find(({ type }) => type === 'started');
      return (
        <>
          {prepared && <blockquote className="answer sentence signed">{prepared.sentence}</blockquote>}
          <Progress run={run} />
          {run.order.kind === 'lease' && run.id && started && run.doing !== 'over' && (
            <LeasePanel
              id={run.id} order={run.order} startedAt={started.at} deposited={run.life.deposited}
              rate={run.life.award?.sell ?? run.order.message.sell.perHourAtMost}
            />
          )}
          {run.receipt && <ReceiptView receipt={run.receipt} order={run.order} onAgain={prepared ? () => tender.say(prepared.draft.edits ? describeDraft(prepared.draft.said) : text, turn.files) : undefined} />}
        </>
      );
    }
  }
}
