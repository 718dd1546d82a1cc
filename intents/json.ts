/** Orders and market messages as JSON: bigints are decimal strings; what comes in is checked before it becomes a type. */
import * as z from 'zod/mini';
import { TenderError } from './errors.ts';
import type { Award, Bid, BidReceipt, Reply, Verdict, Voucher } from './market.ts';
import type { Order, SignedOrder } from './order.ts';

const address = z.pipe(
  z.string().check(z.regex(/^0x[0-9a-fA-F]{40}$/, 'an address is 0x and 40 hex digits')),
  z.transform((text) => text as `0x${string}`),
);
const hex = z.pipe(
  z.string().check(z.regex(/^0x([0-9a-fA-F]{2})*$/, 'hex bytes start with 0x'), z.maxLength(20_000)),
  z.transform((text) => text as `0x${string}`),
);
const bytes32 = z.pipe(
  z.string().check(z.regex(/^0x[0-9a-fA-F]{64}$/, 'a hash is 0x and 64 hex digits')),
  z.transform((text) => text as `0x${string}`),
);
const uint = (bits: number) =>
  z.pipe(
    z.union([z.string().check(z.regex(/^(0|[1-9][0-9]{0,77})$/, 'a decimal integer in a string')), z.bigint()]),
    z.transform((value, context) => {
      const number = BigInt(value);
      if (number >> BigInt(bits)) context.issues.push({ code: 'custom', message: `does not fit uint${bits}`, input: value });
      return number;
    }),
  );
const small = (bits: number) => z.number().check(z.int(), z.minimum(0), z.maximum(2 ** bits - 1));
const time = small(40);
const text = (length: number) => z.string().check(z.maxLength(length));

const common = { sentence: text(2_000), user: address, nonce: uint(256) };
const exactly = z.strictObject({ token: address, exactly: uint(128) });
const atMost = z.strictObject({ token: address, atMost: uint(128) });
const terms = z.strictObject({ auctioneer: address, exclusiveUntil: time, fillBy: time });
const escrow = z.strictObject({ auctioneer: address, exclusiveUntil: time, openBy: time, closeAfter: time, verifier: address });
const leaseTerms = z.strictObject({
  auctioneer: address, exclusiveUntil: time, openBy: time, startBy: time, ackSeconds: small(32), windowSeconds: small(32),
  noShowPenalty: uint(96), meterKey: address, verifier: address,
});
const jobTerms = z.strictObject({
  auctioneer: address, exclusiveUntil: time, openBy: time, resultBy: time, challengeSeconds: small(32), verdictSeconds: small(32),
  auditBps: small(16), bondAtLeast: uint(96), verifier: address,
});
const machine = z.strictObject({
  resources: z.strictObject({
    cpuMilli: small(32), memoryMiB: small(32), diskGiB: small(32), gpus: small(8), gpuModel: text(64), gpuMemoryMiB: small(32),
  }),
  place: z.strictObject({ regions: text(200), level: text(32) }),
  workload: z.strictObject({ runtime: text(64), image: text(300), command: text(2_000), artifactSha256: bytes32, sealedInputs: bytes32 }),
  secondsAtMost: small(32),
});
const job = z.strictObject({
  runtime: text(64), command: text(2_000), programSha256: bytes32, inputSha256: bytes32, fuelAtMost: uint(64), memoryMiB: small(32), outputMiB: small(32),
});
const head = { chainId: z.number().check(z.int(), z.positive()), settlement: address };
const body = <K extends string, M extends z.ZodMiniType>(kind: K, message: M) => z.strictObject({ kind: z.literal(kind), ...head, message });

const orderSchema = z.discriminatedUnion('kind', [
  body('fillIn', z.strictObject({ ...common, sell: exactly, buy: z.strictObject({ token: address, atLeast: uint(128), to: address }), terms })),
  body('fillOut', z.strictObject({ ...common, sell: atMost, buy: z.strictObject({ token: address, exactly: uint(128), to: address }), terms })),
  body('openIn', z.strictObject({
    ...common, sell: exactly, terms: escrow,
    buy: z.strictObject({ chainId: uint(256), token: address, atLeast: uint(128), to: address, deliverBy: time }),
  })),
  body('openOut', z.strictObject({
    ...common, sell: atMost, terms: escrow,
    buy: z.strictObject({ chainId: uint(256), token: address, exactly: uint(128), to: address, deliverBy: time }),
  })),
  body('lease', z.strictObject({
    ...common, sell: z.strictObject({ token: address, perHourAtMost: uint(128), totalAtMost: uint(128) }), buy: machine, terms: leaseTerms,
  })),
  body('job', z.strictObject({
    ...common, buy: job, terms: jobTerms,
    sell: z.strictObject({ token: address, perBillionFuelAtMost: uint(128), totalAtMost: uint(128), auditBudget: uint(128) }),
  })),
]);
const authSchema = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('signature'), signature: hex }),
  z.strictObject({ mode: z.literal('own') }),
]);
const messages = {
  Bid: z.strictObject({ order: bytes32, part: uint(128), solver: address, sell: uint(128), buy: uint(128), bond: uint(96), validUntil: time, salt: bytes32 }),
  BidReceipt: z.strictObject({ order: bytes32, part: uint(128), bid: bytes32, receivedAt: time, index: small(32) }),
  Award: z.strictObject({
    order: bytes32, part: uint(128), solver: address, sell: uint(128), buy: uint(128), bond: uint(96), cutAt: time, notBefore: time, fillBy: time, after: bytes32,
  }),
  Reply: z.strictObject({ award: bytes32, authorisation: bytes32, accepted: z.boolean() }),
  Voucher: z.strictObject({ lease: bytes32, seconds: small(32), meter: bytes32, last: z.boolean() }),
  Verdict: z.strictObject({ job: bytes32, result: bytes32, fuel: uint(64) }),
};

/** Schemas of this module, for servers that describe them. */
export const schemas = { address, hex, bytes32, uint, time, order: orderSchema, auth: authSchema, ...messages };

/** Reads `value` by `schema`; the first thing that is wrong becomes a TenderError `invalid` with its path. */
export function decode<T>(schema: z.ZodMiniType<T>, value: unknown, what: string): T {
  const read = z.safeParse(schema, value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const path = issue?.path.map(String).join('.') ?? '';
  throw new TenderError('invalid', `${what} is not of its form${path && `: ${path}`}: ${issue?.message ?? 'unknown'}.`, {
    ...(path && { param: path }),
    hint: 'See GET /openapi.json for the form.',
  });
}
export const decodeOrder = (value: unknown): Order => decode(orderSchema, value, 'The order') as Order;
export const decodeSignedOrder = (value: unknown): SignedOrder =>
  decode(z.strictObject({ order: orderSchema, auth: authSchema }), value, 'The signed order') as SignedOrder;
export const decodeBid = (value: unknown): Bid => decode(messages.Bid, value, 'The bid');
export const decodeReceipt = (value: unknown): BidReceipt => decode(messages.BidReceipt, value, 'The receipt');
export const decodeAward = (value: unknown): Award => decode(messages.Award, value, 'The award');
export const decodeReply = (value: unknown): Reply => decode(messages.Reply, value, 'The reply');
export const decodeVoucher = (value: unknown): Voucher => decode(messages.Voucher, value, 'The voucher');
export const decodeVerdict = (value: unknown): Verdict => decode(messages.Verdict, value, 'The verdict');

/** What JSON becomes of a value with bigints: decimal strings in their place. */
export type Json<T> = T extends bigint ? string : T extends readonly (infer U)[] ? Json<U>[] : T extends object ? { [K in keyof T]: Json<T[K]> } : T;
export const toJson = <T>(value: T): Json<T> => JSON.parse(JSON.stringify(value, bigintReplacer)) as Json<T>;
export const stringify = (value: unknown, indent?: number): string => JSON.stringify(value, bigintReplacer, indent);
const bigintReplacer = (_: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);
