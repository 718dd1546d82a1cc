/** Frames of solvers and attesters, checked before anything believes them. */
import type { Hex } from 'viem';
import * as z from 'zod/mini';
import type { Drop } from '../../contracts/client/ledger.ts';
import { decode, decodeVerdict, schemas } from '../../intents/json.ts';
import type { Verdict } from '../../intents/market.ts';
import type { LeaseAnswer, LeaseRequest, ReportedFact } from '../client/wire.ts';
import type { Frame } from './peers.ts';

const { address, bytes32, hex, uint, time } = schemas;
const id = z.string().check(z.maxLength(80));
const count = z.int().check(z.minimum(0), z.maximum(2 ** 32 - 1));
const text = (most: number) => z.string().check(z.maxLength(most));
const drop = z.strictObject({ dealId: bytes32, output: count, token: address, to: address, deliverBy: time, solver: address, amount: uint(128) });
const prove = z.object({ chainId: z.int().check(z.positive()), drops: z.array(drop).check(z.minLength(1), z.maxLength(50)) });
const judge = z.object({ order: bytes32, result: bytes32, fuel: uint(64) });
const fact = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('result'), result: bytes32, fuel: uint(64), exitCode: z.int(), output: z.string() }),
  z.strictObject({ type: z.literal('acknowledged'), seconds: count }),
  z.strictObject({ type: z.literal('stop-requested'), seconds: count }),
]);
const report = z.object({ order: bytes32, fact });
const quoted = z.object({ sell: uint(128), buy: uint(128), validUntil: time });
const attested = z.object({ root: bytes32, asOf: time, values: z.array(uint(256)).check(z.maxLength(50)), signature: hex });
const judged = z.object({ verdict: schemas.Verdict, signature: hex });

const voucher = { seconds: count, meter: bytes32, signature: hex };
const leaseRequest = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('run'), command: text(8_000), timeoutMs: z.int().check(z.minimum(1), z.maximum(60_000)) }),
  z.strictObject({ type: z.literal('heartbeat'), nonce: text(200) }),
  z.strictObject({ type: z.literal('acknowledge'), ...voucher }),
  z.strictObject({ type: z.literal('stop') }),
  z.strictObject({ type: z.literal('last'), ...voucher }),
]);
const output = text(512 * 1024);
const leaseAnswer = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ran'), exitCode: z.int(), stdout: output, stderr: output, truncated: z.boolean() }),
  z.strictObject({ type: z.literal('beat'), nonce: text(200), seconds: count, meter: bytes32, isolation: text(200) }),
  z.strictObject({ type: z.literal('acknowledged'), seconds: count }),
  z.strictObject({ type: z.literal('stopped'), ...voucher }),
  z.strictObject({ type: z.literal('closing'), hash: z.optional(bytes32) }),
  z.strictObject({ type: z.literal('refused'), code: text(80), message: text(1_000), hint: z.optional(text(1_000)) }),
]);
/** What the meter key signed: the request as it came, when, and its signature. */
export const signedLeaseRequest = z.strictObject({ request: leaseRequest, at: time, signature: hex });

export type Prove = { chainId: number; drops: Drop[] };
export type Judge = { order: Hex; result: Hex; fuel: bigint };

export const decodeProve = (frame: Frame): Prove => decode(prove, frame, 'The question');
export const decodeJudge = (frame: Frame): Judge => decode(judge, frame, 'The question');
export const decodeReport = (frame: Frame): { order: Hex; fact: Exclude<ReportedFact, { type: 'result' }> | (Omit<Extract<ReportedFact, { type: 'result' }>, 'fuel'> & { fuel: bigint }) } =>
  decode(report, frame, 'The report');
export const decodeAnswer = (frame: Frame): LeaseAnswer => decode(leaseAnswer, frame.body, 'The answer of the provider') as LeaseAnswer;
export const decodeLeaseRequest = (value: unknown) => decode(signedLeaseRequest, value, 'The request') as { request: LeaseRequest; at: number; signature: Hex };

/** Undefined if it is none: a bad quote is no quote. */
export function decodeQuoted(frame: Frame): { sell: bigint; buy: bigint; validUntil: number } | undefined {
  const read = z.safeParse(quoted, frame);
  return read.success ? read.data : undefined;
}
export const decodeAttested = (frame: Frame): { root: Hex; asOf: number; values: bigint[]; signature: Hex } => decode(attested, frame, 'The attestation');
export function decodeJudged(frame: Frame): { verdict: Verdict; signature: Hex } {
  const { verdict, signature } = decode(judged, frame, 'The verdict');
  return { verdict: decodeVerdict(verdict), signature };
}
export const readHex = (value: unknown, what: string): Hex => decode(hex, value, `The ${what}`);

/** Text that may be stored and shown: without zero characters, of bounded length. */
export const plainText = (value: unknown, most: number): string => (typeof value === 'string' ? value.replaceAll('\0', '').slice(0, most) : '');
export { id as frameId };
