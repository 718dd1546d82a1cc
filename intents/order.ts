/**
 * An order is an intent that its user signed; its id is its EIP-712 digest under Settlement's domain.
 * Each kind is one nested, readable EIP-712 type. The contract knows exactly these type hashes.
 * Signed, it is posted to `api/server/routes/orders.ts`.
 */
import { type Address, type Hex, hashTypedData, type TypedDataDomain } from 'viem';

/** What `kind` means on chain. It is never signed: a wrong kind gives another digest, hence a bad signature. */
export const KIND = { fillIn: 0, fillOut: 1, openIn: 2, openOut: 3, lease: 8, job: 9 } as const;
export type KindName = keyof typeof KIND;

/** The address that stands for the chain's native coin, wherever a token is named. */
export const NATIVE: Address = '0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE';

/** Seconds since 1970, as a number: EIP-712 `uint40`. */
export type UnixSeconds = number;

export type SellExactly = { token: Address; exactly: bigint };
export type SellAtMost = { token: Address; atMost: bigint };
export type Terms = { auctioneer: Address; exclusiveUntil: UnixSeconds; fillBy: UnixSeconds };
export type EscrowTerms = {
  auctioneer: Address;
  exclusiveUntil: UnixSeconds;
  openBy: UnixSeconds;
  closeAfter: UnixSeconds;
  verifier: Address;
};

/**
 * What a same-chain order may ask beside the usual; its type is another then (kind + 16). A member of 0 switches its option off.
 * Partial fills: `smallestPart`. A curve after the exclusive window: `decayFrom`, `decayUntil`. Recurring: `parts` parts of the
 * whole order each, part k not before `start + k × every`. A partner's fee out of the sold amount: `feeTo`, `feeBps`.
 */
export type Options = {
  smallestPart: bigint;
  decayFrom: bigint;
  decayUntil: UnixSeconds;
  parts: number;
  every: number;
  start: UnixSeconds;
  feeTo: Address;
  feeBps: number;
};

type Common = { sentence: string; user: Address; nonce: bigint };

/** Same chain, exact-in: one transaction, no escrow. */
export type FillIn = Common & { sell: SellExactly; buy: { token: Address; atLeast: bigint; to: Address }; terms: Terms; options?: Options };
/** Same chain, exact-out. */
export type FillOut = Common & { sell: SellAtMost; buy: { token: Address; exactly: bigint; to: Address }; terms: Terms; options?: Options };
/** Under escrow, exact-in: the buy side arrives on `buy.chainId`, which may be the origin itself (native sells). */
export type OpenIn = Common & {
  sell: SellExactly;
  buy: { chainId: bigint; token: Address; atLeast: bigint; to: Address; deliverBy: UnixSeconds };
  terms: EscrowTerms;
};
/** Under escrow, exact-out. */
export type OpenOut = Common & {
  sell: SellAtMost;
  buy: { chainId: bigint; token: Address; exactly: bigint; to: Address; deliverBy: UnixSeconds };
  terms: EscrowTerms;
};

export type Resources = { cpuMilli: number; memoryMiB: number; diskGiB: number; gpus: number; gpuModel: string; gpuMemoryMiB: number };
/** `level`: self-declared | detected | probed | attested. */
export type Place = { regions: string; level: string };
export type Workload = { runtime: string; image: string; command: string; artifactSha256: Hex; sealedInputs: Hex };
export type LeaseTerms = {
  auctioneer: Address;
  exclusiveUntil: UnixSeconds;
  openBy: UnixSeconds;
  startBy: UnixSeconds;
  /** Latest first acknowledgement after start, and the heartbeat. The provider's largest loss is this many seconds. */
  ackSeconds: number;
  windowSeconds: number;
  noShowPenalty: bigint;
  /** Ephemeral key of the buyer's client: acknowledges seconds, can stop, cannot move money. */
  meterKey: Address;
  verifier: Address;
};
/** A machine, counted in seconds. Pay is floor(perHour × seconds / 3600). */
export type Lease = Common & {
  sell: { token: Address; perHourAtMost: bigint; totalAtMost: bigint };
  buy: { resources: Resources; place: Place; workload: Workload; secondsAtMost: number };
  terms: LeaseTerms;
};

export type JobTerms = {
  auctioneer: Address;
  exclusiveUntil: UnixSeconds;
  openBy: UnixSeconds;
  resultBy: UnixSeconds;
  /** After the result: how long the user may demand that it is judged. */
  challengeSeconds: number;
  /** After the challenge or the draw: how long the judges may take. */
  verdictSeconds: number;
  /** How many of 10,000 such jobs are judged by lot, without being challenged. 10,000: each. */
  auditBps: number;
  bondAtLeast: bigint;
  verifier: Address;
};
/** A deterministic program run, counted in fuel. Pay is floor(perBillionFuel × fuel / 10⁹); judges share `auditBudget`. */
export type Job = Common & {
  sell: { token: Address; perBillionFuelAtMost: bigint; totalAtMost: bigint; auditBudget: bigint };
  buy: {
    runtime: string;
    command: string;
    programSha256: Hex;
    inputSha256: Hex;
    fuelAtMost: bigint;
    memoryMiB: number;
    outputMiB: number;
  };
  terms: JobTerms;
};

export type OrderBodies = { fillIn: FillIn; fillOut: FillOut; openIn: OpenIn; openOut: OpenOut; lease: Lease; job: Job };
/** An order before its signature: which kind, on which chain, under which Settlement, and the signed message. */
export type Order = {
  [K in KindName]: { kind: K; chainId: number; settlement: Address; message: OrderBodies[K] };
}[KindName];
export type OrderOf<K extends KindName> = Extract<Order, { kind: K }>;

/** How the user consented. `own`: the user's own transaction (native sells), no signature needed on chain. */
export type Auth = { mode: 'signature'; signature: Hex } | { mode: 'own' };
export type SignedOrder = { order: Order; auth: Auth };

const field = (name: string, type: string) => ({ name, type });
const fields = (text: string) =>
  text.split(',').map((part) => {
    const [type, name] = part.trim().split(' ') as [string, string];
    return field(name, type);
  });

const SELL_EXACTLY = fields('address token,uint128 exactly');
const SELL_AT_MOST = fields('address token,uint128 atMost');
const TERMS = fields('address auctioneer,uint40 exclusiveUntil,uint40 fillBy');
const ESCROW_TERMS = fields('address auctioneer,uint40 exclusiveUntil,uint40 openBy,uint40 closeAfter,address verifier');
const order = (sell: string, buy: string, terms: string) =>
  fields(`string sentence,address user,${sell} sell,${buy} buy,${terms} terms,uint256 nonce`);
const TOKEN_ORDER = order('Sell', 'Token', 'Terms');

/** EIP-712 types of each kind. The primary type is always `Order`. */
export const ORDER_TYPES = {
  fillIn: { Order: TOKEN_ORDER, Sell: SELL_EXACTLY, Terms: TERMS, Token: fields('address token,uint128 atLeast,address to') },
  fillOut: { Order: TOKEN_ORDER, Sell: SELL_AT_MOST, Terms: TERMS, Token: fields('address token,uint128 exactly,address to') },
  openIn: {
    Order: TOKEN_ORDER,
    Sell: SELL_EXACTLY,
    Terms: ESCROW_TERMS,
    Token: fields('uint256 chainId,address token,uint128 atLeast,address to,uint40 deliverBy'),
  },
  openOut: {
    Order: TOKEN_ORDER,
    Sell: SELL_AT_MOST,
    Terms: ESCROW_TERMS,
    Token: fields('uint256 chainId,address token,uint128 exactly,address to,uint40 deliverBy'),
  },
  lease: {
    LeaseTerms: fields(
      'address auctioneer,uint40 exclusiveUntil,uint40 openBy,uint40 startBy,uint32 ackSeconds,uint32 windowSeconds,uint96 noShowPenalty,address meterKey,address verifier',
    ),
    Machine: fields('Resources resources,Place place,Workload workload,uint32 secondsAtMost'),
    Order: order('Rate', 'Machine', 'LeaseTerms'),
    Place: fields('string regions,string level'),
    Rate: fields('address token,uint128 perHourAtMost,uint128 totalAtMost'),
    Resources: fields('uint32 cpuMilli,uint32 memoryMiB,uint32 diskGiB,uint8 gpus,string gpuModel,uint32 gpuMemoryMiB'),
    Workload: fields('string runtime,string image,string command,bytes32 artifactSha256,bytes32 sealedInputs'),
  },
  job: {
    Job: fields(
      'string runtime,string command,bytes32 programSha256,bytes32 inputSha256,uint64 fuelAtMost,uint32 memoryMiB,uint32 outputMiB',
    ),
    JobTerms: fields(
      'address auctioneer,uint40 exclusiveUntil,uint40 openBy,uint40 resultBy,uint32 challengeSeconds,uint32 verdictSeconds,uint16 auditBps,uint96 bondAtLeast,address verifier',
    ),
    Order: order('Price', 'Job', 'JobTerms'),
    Price: fields('address token,uint128 perBillionFuelAtMost,uint128 totalAtMost,uint128 auditBudget'),
  },
} as const satisfies Record<KindName, Record<string, { name: string; type: string }[]>>;

const OPTIONS = fields(
  'uint128 smallestPart,uint128 decayFrom,uint40 decayUntil,uint32 parts,uint32 every,uint40 start,address feeTo,uint16 feeBps',
);
const ORDER_WITH_OPTIONS = fields('string sentence,address user,Sell sell,Token buy,Terms terms,Options options,uint256 nonce');

const optionsOf = ({ message }: Order): Options | undefined => ('options' in message ? message.options : undefined);

/** The number under which contracts know the order's type. */
export const kindOf = (order: Order): number => KIND[order.kind] + (optionsOf(order) ? 16 : 0);

/** EIP-712 types of a kind, with `Options` or without. */
export const typesOfKind = (kind: KindName, withOptions: boolean): TypedData['types'] => {
  const types = ORDER_TYPES[kind] as unknown as TypedData['types'];
  return withOptions ? { ...types, Order: ORDER_WITH_OPTIONS, Options: OPTIONS } : types;
};
/** EIP-712 types of this very order. */
export const typesOf = (order: Order): TypedData['types'] => typesOfKind(order.kind, optionsOf(order) !== undefined);

export type TypedData = {
  domain: TypedDataDomain;
  types: Record<string, { name: string; type: string }[]>;
  primaryType: string;
  message: Record<string, unknown>;
};

/** The one domain of orders and market messages: Settlement on the origin chain. */
export const settlementDomain = (chainId: number, settlement: Address) =>
  ({ name: 'Tender', version: '1', chainId, verifyingContract: settlement }) as const;

/** What a wallet is asked to sign (EIP-712, `eth_signTypedData_v4`). */
export function typedDataOf(order: Order): TypedData {
  return {
    domain: settlementDomain(order.chainId, order.settlement),
    types: typesOf(order),
    primaryType: 'Order',
    message: order.message as unknown as Record<string, unknown>,
  };
}

/** The order's id everywhere: on chain, in the API, in every log. */
export function orderId(order: Order): Hex {
  return hashTypedData(typedDataOf(order) as Parameters<typeof hashTypedData>[0]);
}

/** True where money waits in escrow between `open` and `close`. */
export const isEscrow = (order: Order) => order.kind !== 'fillIn' && order.kind !== 'fillOut';

/** The contract that executes orders of this kind, in whose domain they and the messages about them are signed. */
export const settlerOf = ({ settlement, escrow }: { settlement: Address; escrow: Address }, kind: KindName): Address =>
  kind === 'fillIn' || kind === 'fillOut' ? settlement : escrow;

/** The last second at which the order can still take the user's money. */
export const takenBy = (order: Order): UnixSeconds =>
  order.kind === 'fillIn' || order.kind === 'fillOut' ? order.message.terms.fillBy : order.message.terms.openBy;

/** A view of an order that is the same for every kind: at most `sell`, for at least `buy` units. */
export type Bounds = {
  sellToken: Address;
  /** Ceiling of the sell side: tokens in base units; a lease's price per hour; a job's per 10⁹ fuel. */
  sellAtMost: bigint;
  /** Floor of the buy side: tokens in base units, seconds, fuel. */
  buyAtLeast: bigint;
  /** Which side is fixed by the signature. Leases and jobs fix the bought units. */
  exact: 'sell' | 'buy';
};
export function boundsOf(order: Order): Bounds {
  const { kind, message: m } = order;
  switch (kind) {
    case 'fillIn':
    case 'openIn':
      return { sellToken: m.sell.token, sellAtMost: m.sell.exactly, buyAtLeast: m.buy.atLeast, exact: 'sell' };
    case 'fillOut':
    case 'openOut':
      return { sellToken: m.sell.token, sellAtMost: m.sell.atMost, buyAtLeast: m.buy.exactly, exact: 'buy' };
    case 'lease':
      return { sellToken: m.sell.token, sellAtMost: m.sell.perHourAtMost, buyAtLeast: BigInt(m.buy.secondsAtMost), exact: 'buy' };
    case 'job':
      return { sellToken: m.sell.token, sellAtMost: m.sell.perBillionFuelAtMost, buyAtLeast: m.buy.fuelAtMost, exact: 'buy' };
  }
}
