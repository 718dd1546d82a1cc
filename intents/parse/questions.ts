/** Questions and refusals as sentences, with options to tap. Every option's answer is canonical text for its slot. */
import type { DialogueRefusal, Option, Question, Refusal, RefusalCode, Slot } from '../intent.ts';
import type { ParseContext } from './context.ts';
import { oneSlip } from './lexer.ts';
import type { Ask } from './frames/outcome.ts';
import type { At } from './meaning.ts';

type Said = Record<string, unknown>;
type LegLike = { token?: string; amount?: unknown; chain?: string };
const DOLLARS = new Set(['USDC', 'USDT', 'DAI', 'USDC.e']);

const legOf = (said: Said, side: 'sell' | 'buy') => (said[side] ?? {}) as LegLike;
const named = (answers: string[], label = (answer: string) => answer): Option[] =>
  answers.map((answer, index) => ({ id: `o${index}`, label: label(answer), answer }));

const SENTENCES: Record<Slot, (said: Said, asked: Ask) => string> = {
  'sell.token': (_said, { word }) =>
    word ? `“${word}” is not a listed token. Which token do you pay with?` : 'Which token do you pay with?',
  'buy.token': (_said, { word }) => (word ? `“${word}” is not a listed token. Which token do you want?` : 'Which token do you want?'),
  'sell.amount': (said) => `How much ${legOf(said, 'sell').token ?? ''}`.trim() + ' exactly?',
  'sell.chain': () => 'On which chain is the token that you pay with?',
  'buy.chain': () => 'On which chain do you want to receive?',
  recipient: () => 'To which address should it go? Type a full address or an ENS name.',
  deadline: () => 'By when? Say a time with its date, or a duration.',
  slippageBps: () => 'That slippage could lose much of the value. Which limit do you want?',
  currency: () => 'Which currency do you mean?',
  amountScope: () => 'Is that amount for each purchase, or in total?',
  'schedule.end': () => 'How long should it go on?',
  'gpu.model': (_said, { word }) => (word ? `“${word}” is not a GPU that is listed. Which one?` : 'Which GPU do you want?'),
  duration: () => 'For how long?',
  'maxPrice.per': () => 'Is that price for each GPU, or for all of them together?',
  direction: () => 'Which side is exact?',
  intent: () => 'I do not understand all of that. What did you mean?',
};

const OPTIONS: Record<Slot, (said: Said, asked: Ask, context: ParseContext) => Option[]> = {
  'sell.token': (said, asked, context) => named(tokens(asked, context, legOf(said, 'buy').token)),
  'buy.token': (said, asked, context) => named(tokens(asked, context, legOf(said, 'sell').token)),
  'sell.amount': (said, asked) => amounts(said, asked),
  'sell.chain': (said, _asked, context) => named(chains(context, legOf(said, 'sell').token)),
  'buy.chain': (said, _asked, context) => named(chains(context, legOf(said, 'buy').token)),
  recipient: () => [],
  deadline: () =>
    named(
      ['PT10M', 'PT1H', 'P1D'],
      (answer) => ({ PT10M: 'within 10 minutes', PT1H: 'within an hour', P1D: 'within a day' })[answer] ?? answer,
    ),
  slippageBps: () => named(['50', '100', '300'], (bps) => `${Number(bps) / 100} %`),
  currency: (_said, { options }) => named(options ?? []),
  amountScope: () => named(['each', 'total'], (answer) => (answer === 'each' ? 'for each purchase' : 'in total')),
  'schedule.end': () => named(['4', '10', '30'], (count) => `${count} times`),
  'gpu.model': (_said, { word }, context) => named(closest(word, context.gpuModels)),
  duration: () => named(['PT1H', 'PT4H', 'P1D'], (answer) => ({ PT1H: '1 hour', PT4H: '4 hours', P1D: '1 day' })[answer] ?? answer),
  'maxPrice.per': () => named(['gpu-hour', 'hour'], (per) => (per === 'hour' ? 'for all of them together' : 'for each GPU')),
  direction: (said) => directions(said),
  intent: (_said, { options }) => named(options ?? []),
};

/** Listed tokens, nearest spelling first. */
function tokens({ word }: Ask, context: ParseContext, other: string | undefined): string[] {
  const listed = context.tokens.map(({ symbol }) => symbol).filter((symbol) => symbol !== other);
  return closest(word, listed);
}
function closest(word: string | undefined, names: string[]): string[] {
  if (!word) return names.slice(0, 6);
  const lower = word.toLowerCase();
  const distance = (name: string) => {
    const like = name.toLowerCase();
    return like.includes(lower) || oneSlip(lower, like) ? 0 : like[0] === lower[0] ? 1 : 2;
  };
  return [...names].sort((a, b) => distance(a) - distance(b)).slice(0, 4);
}
function chains(context: ParseContext, token: string | undefined): string[] {
  const listed = context.tokens.find(({ symbol }) => symbol === token)?.chains;
  return listed ?? context.chains.map(({ name }) => name);
}

/** The values that the text may have meant; else everyday amounts and shares of the balance. */
function amounts(said: Said, { options }: Ask): Option[] {
  const sell = legOf(said, 'sell');
  const token = sell.token ?? '';
  if (options?.length) return named(options, (value) => `${value} ${token}`.trim());
  const usual = DOLLARS.has(token)
    ? ['10', '50', '100']
    : /^W?ETH$/.test(token)
      ? ['0.05', '0.1', '0.5']
      : /BTC$/.test(token)
        ? ['0.001', '0.005', '0.01']
        : [];
  return named([...usual, '25%', '50%'], (answer) =>
    answer.endsWith('%') ? `${answer.slice(0, -1)} % of my ${token || 'balance'}` : `${answer} ${token}`,
  );
}
function directions(said: Said): Option[] {
  const [sell, buy] = [legOf(said, 'sell'), legOf(said, 'buy')];
  if (typeof sell.amount !== 'string' || typeof buy.amount !== 'string') return [];
  return named(['in', 'out'], (exact) =>
    exact === 'in'
      ? `sell exactly ${sell.amount} ${sell.token}, get at least ${buy.amount} ${buy.token}`
      : `get exactly ${buy.amount} ${buy.token}, pay at most ${sell.amount} ${sell.token}`,
  );
}

/** One question for everything that is open; its options answer the first slot. */
export function questionOf(
  text: string,
  said: Said,
  evidence: Question['draft']['evidence'],
  asks: Ask[],
  context: ParseContext,
): Question {
  const [first] = asks as [Ask];
  return {
    slots: asks.map(({ slot }) => slot),
    sentence: SENTENCES[first.slot](said, first),
    options: OPTIONS[first.slot](said, first, context),
    draft: { text, said, evidence },
  };
}

const REASONS: Record<RefusalCode | DialogueRefusal, [message: string, hint: string]> = {
  unsupported_action: [
    'That is not something this network does.',
    'It swaps and bridges tokens and rents computing. Try “swap 1 ETH to USDC”.',
  ],
  unsupported_condition: [
    'That condition cannot be kept, so nothing will be done.',
    'A limit price is possible: “sell 1 ETH for USDC when ETH hits 4000”.',
  ],
  unsupported_chain: ['That chain is not served here.', 'Name one of the listed chains.'],
  homoglyph: ['Some letters only look like others.', 'Type the names with ordinary letters.'],
  hidden_characters: ['The text contains characters that cannot be seen.', 'Type the sentence instead of pasting it.'],
  prompt_injection: [
    'That text gives orders to a program instead of saying what you want.',
    'Say in your own words what to sell and what to buy.',
  ],
  invalid_address: ['That address is not valid.', 'Copy the whole address again; its capital letters are a checksum.'],
  invalid_amount: ['That amount is not possible.', 'Use a positive number with no more decimals than the token has.'],
  negated: ['You said not to, so nothing will be done.', 'Say what you do want.'],
  contradiction: ['That contradicts itself.', 'Say it again with one value for each thing.'],
  not_an_intent: ['I cannot find an order in that.', 'Try “swap 100 USDC to ETH on base” or “rent 1 vCPU for 2 hours”.'],
  advice: ['I do not give advice.', 'Say what you want to do and I will find the best offer.'],
  multiple_intents: ['That is more than one order.', 'Say one thing at a time.'],
  same_token: ['Both sides are the same token.', 'Name a different token or a different chain to receive on.'],
  unsafe_slippage: ['That slippage is not safe.', 'Use 5 % or less.'],
  nothing_changed: ['That changes nothing.', 'Say what should be different, or sign it in your wallet as it is.'],
  nothing_to_undo: ['There is no change to take back.', 'Say what should be different, or say the whole order again.'],
};

export function refusalOf(text: string, code: RefusalCode | DialogueRefusal, at?: At): Refusal {
  const [message, hint] = REASONS[code];
  return { code, message, hint, ...(at && { span: { quote: text.slice(at.start, at.end), start: at.start, end: at.end } }) };
}
