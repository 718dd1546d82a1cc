/**
 * Writes the clear-signing descriptors (ERC-7730, schema 2.0.0) of every typed message: what a wallet shows beside each field.
 * Derived from the types themselves, so that a new field can be neither forgotten nor shown under another's name.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Address } from 'viem';
import { MARKET_TYPES } from '../intents/market.ts';
import { KIND, type KindName, NATIVE, settlementDomain, type TypedData, typesOfKind } from '../intents/order.ts';

type Types = TypedData['types'];
/** Contracts that read signatures; wallets apply a descriptor to these only. */
export type Deployment = { chainId: number; address: Address };
type Field = { path: string; label: string; format: string; params?: Record<string, unknown>; visible?: 'optional' };
type Format = { $id: string; intent: string; interpolatedIntent?: string; fields: Field[] };
export type Descriptor = { $schema: string; context: object; metadata: object; display: { formats: Record<string, Format> } };

/** EIP-712's `encodeType`: the primary type, then all that it uses, by name. */
export function encodeType(types: Types, primary: string): string {
  const used = new Set<string>();
  const visit = (name: string) => {
    if (used.has(name) || !types[name]) return;
    used.add(name);
    for (const { type } of types[name]) visit(type.replace(/\[.*$/, ''));
  };
  visit(primary);
  used.delete(primary);
  return [primary, ...[...used].sort()].map((name) => `${name}(${types[name]!.map(({ type, name }) => `${type} ${name}`).join(',')})`).join('');
}

/** Every field that holds a value, by its path; arrays are walked into. */
export function leavesOf(types: Types, primary: string, prefix = ''): { path: string; type: string }[] {
  return types[primary]!.flatMap(({ name, type }) => {
    const inner = type.replace(/\[.*$/, '');
    const path = `${prefix}${name}${type.endsWith(']') ? '.[]' : ''}`;
    return types[inner] ? leavesOf(types, inner, `${path}.`) : [{ path, type: inner }];
  });
}

/* HOW A FIELD IS SHOWN */

const LABELS: Record<string, string> = {
  sentence: 'You ask', user: 'From account', to: 'Recipient', nonce: 'Nonce', salt: 'Salt', auctioneer: 'Auctioneer', verifier: 'Verifier',
  'sell.exactly': 'You sell exactly', 'sell.atMost': 'You sell at most', 'sell.token': 'Token sold', 'buy.token': 'Token bought', 'sell.perHourAtMost': 'Price per hour at most', 'sell.totalAtMost': 'In total at most',
  'sell.perBillionFuelAtMost': 'Price per 10⁹ fuel at most', 'buy.atLeast': 'You get at least', 'buy.exactly': 'You get exactly', 'buy.chainId': 'On chain', auditBudget: 'Audit budget',
  exclusiveUntil: 'Auctioneer chooses the solver until', fillBy: 'Valid until', openBy: 'May start until', deliverBy: 'Delivered by', closeAfter: 'Refund after',
  startBy: 'Machine starts by', resultBy: 'Result by', ackSeconds: 'Heartbeat', windowSeconds: 'Time to settle', secondsAtMost: 'Time at most', noShowPenalty: 'No-show penalty (base units of the bond token)',
  bondAtLeast: 'Provider’s bond at least (base units of the bond token)', bond: 'Bond (base units of the bond token)', meterKey: 'Meter key', cpuMilli: 'CPU', memoryMiB: 'Memory', diskGiB: 'Disk',
  gpus: 'GPUs', gpuModel: 'GPU model', gpuMemoryMiB: 'GPU memory', artifactSha256: 'Artifact (SHA-256)', sealedInputs: 'Sealed inputs', programSha256: 'Program (SHA-256)', inputSha256: 'Input (SHA-256)',
  fuelAtMost: 'Fuel at most', outputMiB: 'Output at most', smallestPart: 'Smallest part', decayFrom: 'Limit starts at', decayUntil: 'Signed limit holds from', parts: 'Parts', every: 'Time between parts',
  start: 'First part from', feeTo: 'Partner', feeBps: 'Partner’s fee', auditBps: 'Audited', challengeSeconds: 'Time to challenge', verdictSeconds: 'Time to judge',
  order: 'Order', part: 'Part', solver: 'Solver', sell: 'Takes (base units)', buy: 'Gives (base units)', validUntil: 'Valid until', receivedAt: 'Received at', bid: 'Bid', index: 'Receipt number', cutAt: 'Auction closed at',
  notBefore: 'Not before', after: 'Award before this one', award: 'Award', authorisation: 'User’s authorisation', accepted: 'Accepted', chain: 'Chain', delivery: 'Delivery contract', number: 'Block', asOf: 'As of', root: 'Root of records',
  hash: 'Block hash', signers: 'Signers', k: 'Signatures needed', epoch: 'Set number', word: 'Word of nonces', mask: 'Nonces (bits of the word)', lease: 'Lease', seconds: 'Time acknowledged', meter: 'Meter reading', last: 'Last voucher', job: 'Job', result: 'Result', fuel: 'Fuel',
};
/** `verdictSeconds` → `Verdict seconds`, for a field that nobody has named yet. */
const spelled = (name: string) => name.replaceAll(/(?<=[a-z])([A-Z])/g, (upper) => ` ${upper.toLowerCase()}`).replace(/^./, (first) => first.toUpperCase());
const labelOf = (path: string, name: string) => LABELS[path] ?? LABELS[name] ?? spelled(name);

const DURATION = /Seconds(AtMost)?$|^seconds|^every$/;
const UNIT: Record<string, object> = {
  cpuMilli: { base: 'vCPU', decimals: 3 }, memoryMiB: { base: 'MiB' }, gpuMemoryMiB: { base: 'MiB' }, outputMiB: { base: 'MiB' }, diskGiB: { base: 'GiB' },
  feeBps: { base: '%', decimals: 2 }, auditBps: { base: '%', decimals: 2 },
};
/** Shown on request: they repeat what another field says, or only make the message unlike any other. */
const OPTIONAL = /^(nonce|salt|user|token)$/;
/** Amounts of a token that the message names: field → path of the token. */
const sold = (path: string) => /^sell\.(exactly|atMost|perHourAtMost|totalAtMost|perBillionFuelAtMost|auditBudget)$/.test(path);
const bought = (path: string) => /^buy\.(atLeast|exactly)$/.test(path);

function fieldOf(leaf: { path: string; type: string }, all: readonly { path: string }[]): Field {
  const { path, type } = leaf;
  const name = path.replace(/\.\[\]$/, '').split('.').at(-1)!;
  const shown = (format: string, params?: object): Field => ({
    path, label: labelOf(path, name), format, ...(params && Object.keys(params).length > 0 && { params: { ...params } }), ...(OPTIONAL.test(name) && { visible: 'optional' }),
  });
  const has = (other: string) => all.some((one) => one.path === other);
  const onBuyChain = has('buy.chainId') ? { chainIdPath: 'buy.chainId' } : {};
  const amount = (side: 'sell' | 'buy') => shown('tokenAmount', { tokenPath: `${side}.token`, nativeCurrencyAddress: NATIVE, ...(side === 'buy' && onBuyChain) });
  if (sold(path)) return amount('sell');
  if (bought(path)) return amount('buy');
  // Of an exact-in order the sold side is divided and the bought side decays; of an exact-out order the other way round.
  const exactIn = has('sell.exactly');
  if (path === 'options.smallestPart') return amount(exactIn ? 'sell' : 'buy');
  if (path === 'options.decayFrom') return amount(exactIn ? 'buy' : 'sell');
  if (name === 'token') return shown('tokenTicker', path === 'buy.token' ? onBuyChain : undefined);
  if (name === 'chainId') return shown('chainId');
  if (type === 'uint40') return shown('date', { encoding: 'timestamp' });
  if (DURATION.test(name)) return shown('duration');
  if (UNIT[name]) return shown('unit', UNIT[name]);
  return shown(type === 'address' ? 'addressName' : 'raw');
}

function formatOf(id: string, intent: string, types: Types, primary: string, interpolatedIntent?: string): [string, Format] {
  const leaves = leavesOf(types, primary);
  return [encodeType(types, primary), { $id: id, intent, ...(interpolatedIntent && { interpolatedIntent }), fields: leaves.map((leaf) => fieldOf(leaf, leaves)) }];
}

/* WHAT IS SIGNED */

const ORDERS: Record<KindName, { intent: string; says: string }> = {
  fillIn: { intent: 'Swap tokens', says: 'Sell {sell.exactly} for at least {buy.atLeast}, received by {buy.to}' },
  fillOut: { intent: 'Swap tokens', says: 'Buy {buy.exactly} for at most {sell.atMost}, received by {buy.to}' },
  openIn: { intent: 'Swap tokens across chains', says: 'Sell {sell.exactly} for at least {buy.atLeast} on {buy.chainId}, received by {buy.to}' },
  openOut: { intent: 'Swap tokens across chains', says: 'Buy {buy.exactly} on {buy.chainId} for at most {sell.atMost}, received by {buy.to}' },
  lease: { intent: 'Rent a machine', says: 'Rent a machine for at most {buy.secondsAtMost}, at most {sell.totalAtMost} in total' },
  job: { intent: 'Run a program', says: 'Run a program for at most {sell.totalAtMost} in total' },
};
const MESSAGES: Record<string, string> = {
  Bid: 'Promise a price', BidReceipt: 'Confirm a bid', Award: 'Award an order', Awards: 'Award a batch of orders', Reply: 'Answer an award', Deliveries: 'Attest deliveries',
  Header: 'Attest a block', Voucher: 'Acknowledge machine time', Verdict: 'Judge a job', Rotate: 'Name the next signers', Cancel: 'Cancel an order', CancelNonces: 'Cancel orders by nonce',
};

const descriptor = (contractName: string, deployments: readonly Deployment[], formats: [string, Format][]): Descriptor => {
  const { name, version } = settlementDomain(0, NATIVE);
  return {
    $schema: 'https://eips.ethereum.org/assets/eip-7730/erc7730-v2.schema.json',
    context: { $id: contractName, eip712: { domain: { name, version }, deployments } },
    metadata: { owner: 'Tender', contractName },
    display: { formats: Object.fromEntries(formats) },
  };
};

/** Descriptors by file name. Without deployments they match no message: which contracts are genuine is for the deployer to say. */
export function descriptors(deployments: readonly Deployment[]): Record<string, Descriptor> {
  const orders = (Object.keys(KIND) as KindName[]).flatMap((kind) => {
    const { intent, says } = ORDERS[kind];
    const forms = kind === 'fillIn' || kind === 'fillOut' ? [false, true] : [false];
    return forms.map((options) => formatOf(options ? `${kind} with options` : kind, intent, typesOfKind(kind, options), 'Order', says));
  });
  const types = MARKET_TYPES as unknown as Types;
  const messages = Object.keys(types).map((name) => formatOf(name, MESSAGES[name] ?? spelled(name), types, name));
  return {
    'eip712-tender-orders.json': descriptor('Tender orders', deployments, orders),
    'eip712-tender-market.json': descriptor('Tender market', deployments, messages),
  };
}

const FOLDER = new URL('erc7730/', import.meta.url);
/** Where the contracts are that wallets should believe: `deployments.json`, an array of `{ chainId, address }`. */
export const deploymentsHere = (): Deployment[] => JSON.parse(readFileSync(new URL('deployments.json', FOLDER), 'utf8')) as Deployment[];

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [name, content] of Object.entries(descriptors(deploymentsHere()))) {
    writeFileSync(new URL(name, FOLDER), `${JSON.stringify(content, null, 2)}\n`);
    console.log(fileURLToPath(new URL(name, FOLDER)));
  }
}
