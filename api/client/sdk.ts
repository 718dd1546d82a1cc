/** The SDK's door: the language of intents, and the client of the network. Works in Node and browsers. */
export { type Client, createClient, type EventOptions } from './client.ts';
export { awardedFrom, carry, type CarryOptions, pursue, type Step } from './carry.ts';
export { approvalFor, ceilingOf } from './approve.ts';
export { checkOrder, checkPrepared, type Expected } from './check.ts';
export { type HeldLease, holdLease, type LeaseOptions, type MeterAccount, type Ran, type Tick } from './lease.ts';
export { eventFrom } from './events.ts';
export type * from './shapes.ts';
export { type Node, nodeOf } from './node.ts';
export { viemWallet, type Wallet, walletError } from './wallet.ts';

export { amountOf, buyChainOf, timeOf, unitsOf } from '../../intents/amounts.ts';
export { rank } from '../../intents/award.ts';
export { describe } from '../../intents/describe.ts';
export { type ErrorValue, TenderError } from '../../intents/errors.ts';
export type * from '../../intents/intent.ts';
export { intentOf, sentenceOf } from '../../intents/intentOf.ts';
export { decodeOrder, decodeSignedOrder, type Json, stringify, toJson } from '../../intents/json.ts';
export { type Fact, type Life, lifeOf, type OrderEvent, type Status, TERMINAL } from '../../intents/lifecycle.ts';
export * from '../../intents/market.ts';
export * from '../../intents/order.ts';
export { contextOf, parse, type ParseContext } from '../../intents/parse/index.ts';
export { type Receipt, receiptOf, tell } from '../../intents/receipt.ts';
export * from '../../intents/registry.ts';
