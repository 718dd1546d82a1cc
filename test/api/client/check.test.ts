/** A wallet signs only what its sentence says: every single field of an order, changed alone, is refused before the signature. */
import { describe, expect, it } from 'vitest';
import { checkPrepared } from '../../../api/client/check.ts';
import type { Prepared } from '../../../api/client/shapes.ts';
import { TenderError } from '../../../intents/errors.ts';
import { describe as say } from '../../../intents/describe.ts';
import { intentOf } from '../../../intents/intentOf.ts';
import { decodeOrder, toJson } from '../../../intents/json.ts';
import { orderId, typedDataOf } from '../../../intents/order.ts';
import { METER, prepared, PROGRAM, registry, SENTENCES, USER } from './prepared.ts';

const STRANGER = '0x9999999999999999999999999999999999999999';

/** What a lying server would send: the order changed, everything that can be recomputed made to fit again. */
function forged(honest: Prepared, change: (order: Record<string, unknown>) => void, resay = false): Prepared {
  const json = structuredClone(honest.order) as unknown as Record<string, unknown>;
  change(json);
  const order = decodeOrder(json);
  if (resay) order.message.sentence = say(intentOf(order, registry, honest.intent.kind === 'job' ? honest.intent.input : ''), registry);
  return { ...honest, order: toJson(order), sentence: order.message.sentence, id: orderId(order), typedData: toJson(typedDataOf(order)) };
}
function codeOf(work: () => unknown): string {
  try {
    work();
    return 'signed';
  } catch (error) {
    if (error instanceof TenderError) return error.code;
    throw error;
  }
}
/** Paths of all leaves. */
function leaves(value: unknown, path: string[] = []): string[][] {
  return typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name])) : [path];
}
function changeAt(order: Record<string, unknown>, path: string[]): void {
  const last = path.at(-1) as string;
  const holder = path.slice(0, -1).reduce((at, name) => at[name] as Record<string, unknown>, order);
  const value = holder[last];
  if (typeof value === 'number') holder[last] = value + 1;
  else if (/^\d+$/.test(value as string)) holder[last] = String(BigInt(value as string) + 1n);
  else if (/^0x[0-9a-f]{40}$/i.test(value as string)) holder[last] = STRANGER;
  else if (/^0x[0-9a-f]{64}$/i.test(value as string)) holder[last] = `0x${'77'.repeat(32)}`;
  else holder[last] = `${value as string}x`;
}

/** Fields that no sentence and no registry speaks of: times of the market, the nonce, and what describes without binding. */
const SILENT = /^message\.(nonce|terms\.(exclusiveUntil|closeAfter|ackSeconds|windowSeconds|noShowPenalty|meterKey|bondAtLeast|openBy|challengeSeconds|verdictSeconds|auditBps)|sell\.auditBudget|buy\.(runtime|programSha256|memoryMiB|outputMiB|resources\.(gpuModel|gpuMemoryMiB)|place\.level|workload\.(runtime|command|artifactSha256|sealedInputs)))$/;

describe.each(Object.entries(SENTENCES))('%s', (kind, text) => {
  it('is accepted as an honest server sends it', async () => {
    const honest = await prepared(text);
    expect(honest.order.kind).toBe(kind);
    expect(checkPrepared(honest, USER, registry)).toEqual(decodeOrder(honest.order));
  });
  it('is refused with any bound field changed', async () => {
    const honest = await prepared(text);
    const paths = leaves(honest.order).filter((path) => path[0] !== 'kind' && !SILENT.test(path.join('.')));
    expect(paths.length).toBeGreaterThan(8);
    for (const path of paths) {
      expect(codeOf(() => checkPrepared(forged(honest, (order) => changeAt(order, path)), USER, registry)), path.join('.')).not.toBe('signed');
    }
  });
  it('is refused when its sentence is true but its contracts are a stranger’s', async () => {
    const honest = await prepared(text);
    const swap = (change: (order: { settlement: string; message: { terms: Record<string, unknown> } }) => void) =>
      codeOf(() => checkPrepared(forged(honest, change as never, true), USER, registry));
    expect(swap((order) => (order.settlement = STRANGER))).toBe('wrong_settlement');
    expect(swap((order) => (order.message.terms.auctioneer = STRANGER))).toBe('wrong_auctioneer');
    if ('verifier' in honest.order.message.terms) expect(swap((order) => (order.message.terms.verifier = STRANGER))).toBe('wrong_verifier');
  });
});

describe('what comes with the order', () => {
  const change = async (part: Partial<Prepared>) => codeOf(() => checkPrepared({ ...honest, ...part }, USER, registry));
  let honest: Prepared;
  it('must be of the order', async () => {
    honest = await prepared(SENTENCES.fillIn);
    expect(await change({})).toBe('signed');
    expect(await change({ sentence: `${honest.sentence} ` })).toBe('sentence_mismatch');
    expect(await change({ id: `0x${'11'.repeat(32)}` })).toBe('typed_data_mismatch');
    expect(await change({ typedData: { ...honest.typedData, primaryType: 'Permit' } })).toBe('typed_data_mismatch');
    expect(await change({ typedData: { ...honest.typedData, message: { ...honest.typedData.message, nonce: '8' } } })).toBe('typed_data_mismatch');
    expect(await change({ typedData: { ...honest.typedData, message: { ...honest.typedData.message, extra: '1' } } })).toBe('typed_data_mismatch');
    expect(await change({ own: true })).toBe('wrong_approval');
    expect(await change({ approval: { token: honest.order.message.sell.token, spender: STRANGER, amount: '1' } })).toBe('wrong_approval');
    expect(await change({ approval: { token: STRANGER, spender: honest.order.settlement, amount: '1' } })).toBe('wrong_approval');
  });
  it('must be for this wallet', async () => {
    expect(codeOf(() => checkPrepared(honest, STRANGER, registry))).toBe('wrong_user');
  });
  it('must name listed tokens of known chains', async () => {
    const cross = await prepared(SENTENCES.openIn);
    type Order = { message: { sell: { token: string }; buy: { chainId: string; token: string } } };
    expect(codeOf(() => checkPrepared(forged(cross, (order) => ((order as unknown as Order).message.buy.chainId = '1')), USER, registry))).toBe('unknown_chain');
    expect(codeOf(() => checkPrepared(forged(cross, (order) => ((order as unknown as Order).message.buy.token = STRANGER)), USER, registry))).toBe('unlisted_token');
  });
  it('must use the key and the program that the asker sent along', async () => {
    const [lease, job] = [await prepared(SENTENCES.lease), await prepared(SENTENCES.job)];
    expect(codeOf(() => checkPrepared(lease, USER, registry, { meterKey: METER }))).toBe('signed');
    expect(codeOf(() => checkPrepared(lease, USER, registry, { meterKey: STRANGER }))).toBe('wrong_meter_key');
    expect(codeOf(() => checkPrepared(job, USER, registry, { attachments: [PROGRAM] }))).toBe('signed');
    expect(codeOf(() => checkPrepared(job, USER, registry, { attachments: [{ sha256: `0x${'33'.repeat(32)}` }] }))).toBe('wrong_program');
  });
  it('does not trust a job’s input that is not the one under the hash', async () => {
    const job = await prepared(SENTENCES.job);
    expect(codeOf(() => checkPrepared({ ...job, intent: { ...job.intent, input: '20001' } as Prepared['intent'] }, USER, registry))).toBe('wrong_input');
  });
});
