/** The language for wallets and programs: words → draft → intent → order, and back to a sentence. */
export { type Award, type Bid, type BidReceipt, marketDigest, marketTypedData, type Reply, type Voucher } from './market.ts';
export { AUCTION_MIN, compose, type Composition, exclusiveUntil, gapBetween } from './compose.ts';
export { describe, lossOf, type Phrasebook } from './describe.ts';
export { PHRASEBOOKS } from './describe/locales.ts';
export { describeDraft } from './describeDraft.ts';
export { type ErrorValue, TenderError } from './errors.ts';
export { GAS_KEPT, ground, type World } from './ground.ts';
export type * from './intent.ts';
export { type Fact, type Life, type OrderEvent, type Status, TERMINAL } from './lifecycle.ts';
export { type Auth, boundsOf, isEscrow, KIND, NATIVE, type Order, orderId, type SignedOrder, takenBy, typedDataOf } from './order.ts';
export { answer } from './parse/answer.ts';
export { revise, type Revision, tap } from './parse/edit.ts';
export { type Attachment, contextFrom, contextOf, LOCALES, parse, type ParseContext } from './parse/index.ts';
export { fromUnits, toUnits } from './parse/decimal.ts';
export { localeOf, spoken } from './speech/index.ts';
export { type Chain, chainNamed, chainOf, type Registry, type Token, tokenAt, tokenNamed } from './registry.ts';
