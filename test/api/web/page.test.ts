/** The page's thinking, without a browser: card, typed data, timeline, conversation, marked words, the demo wallet's refusals. */
import { describe, expect, it, vi } from 'vitest';
import { cardOf } from '../../../api/web/card.ts';
import { clock, rateOf, shortAmount, span } from '../../../api/web/format.ts';
import { piecesOf } from '../../../api/web/Said.tsx';
import { timelineOf, waitingFor } from '../../../api/web/timeline.ts';
import { reduce, type Turn } from '../../../api/web/turns.ts';
import { typedRows } from '../../../api/web/typedRows.ts';
import { decodeOrder } from '../../../intents/json.ts';
import { lifeOf, type OrderEvent } from '../../../intents/lifecycle.ts';
import { orderId, typedDataOf } from '../../../intents/order.ts';
import { contextOf, parse } from '../../../intents/parse/index.ts';
import { NOW, prepared, registry, SENTENCES } from '../client/prepared.ts';

const cardFor = async (text: string) => {
  const ready = await prepared(text);
  return { ready, order: decodeOrder(ready.order), card: cardOf({ order: decodeOrder(ready.order), intent: ready.intent, quotes: 2, now: NOW }, registry) };
};

describe('the card', () => {
  it('says what is paid and got, and which of it nobody said', async () => {
    const { card } = await cardFor(SENTENCES.fillIn);
    expect(card.sell).toMatchObject({ bound: 'exactly', amount: '100 USDC', chain: 'base', byDefault: false });
    expect(card.buy).toMatchObject({ bound: 'at least', chain: 'base', byDefault: true });
    expect(card.rows.find(({ label }) => label === 'Delivered by')).toMatchObject({ byDefault: true });
    const said = await cardFor('swap 100 USDC to ETH on base for at least 0.03 ETH within 5 minutes');
    expect(said.card.buy).toMatchObject({ amount: '0.03 ETH', byDefault: false });
    expect(said.card.rows.find(({ label }) => label === 'Delivered by')).toMatchObject({ byDefault: false, note: 'in 5 min' });
  });
  it('turns round for an exact amount to get', async () => {
    const { card } = await cardFor(SENTENCES.openOut);
    expect(card.buy).toMatchObject({ bound: 'exactly', amount: '250 USDC', chain: 'base', byDefault: false });
    expect(card.sell).toMatchObject({ bound: 'at most', chain: 'ethereum', byDefault: true });
  });
  it('warns of a recipient that is not the wallet', async () => {
    const { card } = await cardFor(`${SENTENCES.fillIn} to 0x00000000219ab540356cBB839Cbe05303d7705Fa`);
    expect(card.rows.find(({ label }) => label === 'Goes to')).toMatchObject({ value: '0x00000000219ab540356cBB839Cbe05303d7705Fa', note: expect.stringContaining('Not your wallet') as string });
  });
  it.each(Object.values(SENTENCES))('offers only words that the language understands: %s', async (text) => {
    const { card } = await cardFor(text);
    const edits = [card.sell, card.buy, ...card.rows].flatMap(({ byDefault, edit }) => (byDefault && edit ? [edit] : []));
    for (const { phrase, select } of edits) {
      expect(phrase).toContain(select);
      const typed = `${text}${phrase.replace('0x…', '0x00000000219ab540356cBB839Cbe05303d7705Fa')}`;
      expect(parse(typed, contextOf(registry, new Date(NOW * 1000))), typed).toHaveProperty('draft');
    }
  });
  it('tells the largest loss of computing', async () => {
    expect((await cardFor(SENTENCES.lease)).card.loss).toMatch(/Largest loss/);
    expect((await cardFor(SENTENCES.job)).card.loss).toMatch(/Largest loss: nothing/);
  });
});

describe('the sheet before the signature', () => {
  it.each(Object.values(SENTENCES))('shows every signed field, whole: %s', async (text) => {
    const order = decodeOrder((await prepared(text)).order);
    const rows = typedRows(order, registry);
    const leaves = (value: unknown): string[] => (typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [String(value)]);
    expect(rows.filter(({ value }) => value !== undefined).map(({ value }) => value).sort()).toEqual(leaves(typedDataOf(order).message).sort());
    expect(rows.find(({ path }) => path === 'user')?.means).toBe('your wallet');
    expect(rows.find(({ path }) => path === 'terms.auctioneer')?.means).toBe('this network’s auctioneer');
  });
});

const SOLVERS = ['0x5050505050505050505050505050505050505050', '0x6060606060606060606060606060606060606060'] as const;
describe('the timeline', () => {
  it('folds bids into one line and recomputes why the winner won', async () => {
    const order = decodeOrder((await prepared(SENTENCES.fillIn)).order);
    const id = orderId(order);
    const zero = `0x${'00'.repeat(32)}` as const;
    const bidOf = (index: number, buy: bigint) => ({
      type: 'bid' as const, bidSignature: zero, receiptSignature: zero,
      bid: { order: id, part: 0n, solver: SOLVERS[index]!, sell: 100_000_000n, buy, bond: 0n, validUntil: NOW + 60, salt: zero },
      receipt: { order: id, part: 0n, bid: zero, receivedAt: NOW, index },
    });
    const award = { order: id, part: 0n, solver: SOLVERS[1], sell: 100_000_000n, buy: 102n * 10n ** 16n, bond: 0n, cutAt: NOW, notBefore: NOW, fillBy: NOW + 30, after: zero };
    const facts = [{ type: 'posted', own: false }, bidOf(0, 10n ** 18n), bidOf(1, 102n * 10n ** 16n), { type: 'awarded', award, digest: zero, signature: zero }];
    const events = facts.map((fact, seq) => ({ ...fact, order: id, key: `k${seq}`, at: NOW, seq })) as OrderEvent[];
    const moments = timelineOf(order, events, registry);
    expect(moments.map(({ title }) => title)).toEqual(['Posted', '2 bids', 'Awarded']);
    expect(moments[2]?.detail).toContain('2.00 % better than the next of 2 bids');
    expect(waitingFor(order, lifeOf(events), events)).toMatch(/accept/);
    expect(waitingFor(order, lifeOf(events.slice(0, 1)), events.slice(0, 1))).toMatch(/sealed bids/);
  });
});

describe('the conversation', () => {
  const said = (connected: boolean) => reduce([], { do: 'say', key: 1, text: 'x', files: [], connected });
  it('waits for a wallet', () => {
    expect(said(false)[0]?.state.at).toBe('needs-wallet');
    expect(said(true)[0]?.state.at).toBe('thinking');
  });
  it('brings the card back when the owner says no, and goes on when the order was posted', async () => {
    const ready = await prepared(SENTENCES.fillIn);
    const order = decodeOrder(ready.order);
    const error = { code: 'rejected', message: 'You did not sign.' };
    let turns: Turn[] = reduce(said(true), { do: 'set', key: 1, state: { at: 'ready', prepared: ready } });
    turns = reduce(turns, { do: 'step', key: 1, step: { step: 'checked', id: ready.id, order } });
    turns = reduce(turns, { do: 'step', key: 1, step: { step: 'signing' } });
    expect(reduce(turns, { do: 'trouble', key: 1, error })[0]?.state).toEqual({ at: 'ready', prepared: ready, trouble: error });
    turns = reduce(turns, { do: 'step', key: 1, step: { step: 'posted', id: ready.id } });
    expect(reduce(turns, { do: 'trouble', key: 1, error })[0]?.state).toMatchObject({ at: 'running', run: { doing: 'following', trouble: error } });
  });
});

describe('the user’s own words', () => {
  it('are marked where they were understood, once', async () => {
    const { ready } = await cardFor(SENTENCES.fillIn);
    const text = SENTENCES.fillIn;
    const pieces = piecesOf(text, ready.evidence);
    expect(pieces.map(({ start, end }) => text.slice(start, end))).toEqual(['100', 'USDC', 'ETH', 'base']);
    expect(pieces.at(-1)?.slots.sort()).toEqual(['buy.chain', 'sell.chain']);
  });
  it('are not marked by evidence that is not in them', () => {
    expect(piecesOf('abc', { a: { quote: 'x', start: 0, end: 1 }, b: { quote: 'c', start: 2, end: 9 }, c: { quote: 'a', start: 0, end: 1, by: 'tap' } })).toEqual([]);
  });
});

describe('small words', () => {
  it.each([[0, '0 s'], [59, '59 s'], [90, '1 min 30 s'], [3_600, '1 h'], [90_000, '1 d 1 h'], [-5, '0 s']])('%d seconds: %s', (seconds, text) => expect(span(seconds)).toBe(text));
  it('rates have the dearer side as their unit', () => {
    expect(rateOf('100 USDC', '0.033 ETH')).toBe('1 ETH = 3,030.3 USDC');
    expect(rateOf('1 ETH', '3000 USDC')).toBe('1 ETH = 3,000 USDC');
    expect(rateOf('0 A', '1 B')).toBe('0 A for 1 B');
  });
  it('cut amounts and never round them up', () => expect(shortAmount('3.999999999 ETH')).toBe('3.999999… ETH'));
  it('times far away have their date', () => expect(clock(0)).toMatch(/1970|Jan|1/));
});

describe('the demo wallet', () => {
  it('signs for local chains only', async () => {
    const store = new Map<string, string>();
    vi.stubGlobal('localStorage', { getItem: (key: string) => store.get(key) ?? null, setItem: (key: string, value: string) => store.set(key, value), removeItem: (key: string) => store.delete(key) });
    try {
      const { announceDemoWallet, demoProvider } = await import('../../../api/web/demoWallet.ts');
      const provider = demoProvider(registry.chains);
      expect(await provider.request({ method: 'eth_accounts' })).toEqual([]);
      const [address] = (await provider.request({ method: 'eth_requestAccounts' })) as [string];
      expect(await provider.request({ method: 'eth_accounts' })).toEqual([address]);
      const dataFor = (chainId: number) => JSON.stringify({ domain: { name: 'Tender', version: '1', chainId }, types: { EIP712Domain: [], Order: [{ name: 'x', type: 'uint256' }] }, primaryType: 'Order', message: { x: '1' } });
      expect(await provider.request({ method: 'eth_signTypedData_v4', params: [address, dataFor(31302)] })).toMatch(/^0x[0-9a-f]{130}$/);
      for (const id of [1, 8453, 42161, 31337]) {
        await expect(provider.request({ method: 'eth_signTypedData_v4', params: [address, dataFor(id)] }), `${id}`).rejects.toMatchObject({ code: 4902 });
        await expect(provider.request({ method: 'wallet_switchEthereumChain', params: [{ chainId: `0x${id.toString(16)}` }] }), `${id}`).rejects.toMatchObject({ code: 4902 });
      }
      const dispatched: string[] = [];
      vi.stubGlobal('window', { dispatchEvent: ({ type }: Event) => dispatched.push(type), addEventListener: () => undefined });
      announceDemoWallet({ ...registry, chains: registry.chains.map((chain, index) => (index === 0 ? { ...chain, id: 1 } : chain)) });
      announceDemoWallet({ ...registry, network: 'main' });
      expect(dispatched).toEqual([]);
      announceDemoWallet(registry);
      expect(dispatched).toEqual(['eip6963:announceProvider']);
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
