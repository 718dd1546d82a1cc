/** Which orders the network takes: signed by their user, true to their own sentence, in time, and covered on chain right now. */
import { type Address, hashTypedData, type Hex, isAddressEqual, recoverTypedDataAddress, sha256 } from 'viem';
import type { Ledger } from '../../contracts/client/ledger.ts';
import { clientOf } from '../../contracts/client/rpc.ts';
import { amountOf } from '../../intents/amounts.ts';
import { TenderError } from '../../intents/errors.ts';
import { isEscrow, NATIVE, type Order, type SignedOrder, takenBy, typedDataOf, type UnixSeconds } from '../../intents/order.ts';
import type { Chain, Registry } from '../../intents/registry.ts';
import { ceilingOf } from '../client/approve.ts';
import { checkOrder } from '../client/check.ts';
import type { Store } from '../store/index.ts';

export type Admission = { registry: Registry; store: Store; ledgerOf(chainId: number): Ledger | undefined; now(chainId: number): UnixSeconds };

/** The longest that an order may wait to be taken, seconds. */
const LONGEST = 30 * 86_400;
/** The contract's limit between `open` and `closeAfter` of a token deal, seconds. */
const LONGEST_DEAL = 7 * 86_400;
/** Bit 255 of a nonce says that Permit2 guards it. */
const PERMIT2_BIT = 1n << 255n;
const MAGIC_1271 = '0x1626ba7e';

/**
 * Throws the first reason against an order. `signature`: the user's, where the order itself needs none on chain (native
 * sells), so that nobody posts in another's name.
 */
export async function admit(signed: SignedOrder, signature: Hex | undefined, admission: Admission): Promise<void> {
  const { order, auth } = signed;
  const { registry, ledgerOf } = admission;
  const ledger = ledgerOf(order.chainId);
  if (!ledger) throw refusal('unknown_chain', `Chain ${order.chainId} is not in this network.`, 'See GET /v1/network.', 'order.chainId');
  const own = isAddressEqual(order.message.sell.token, NATIVE);
  if (own !== (auth.mode === 'own')) {
    throw own
      ? refusal('wrong_auth', 'The native coin cannot be pulled: its owner sends `open` itself.', 'Post with auth {mode: "own"} and your signature beside it.', 'auth.mode')
      : refusal('wrong_auth', 'This order needs the user’s signature.', 'Post with auth {mode: "signature"}.', 'auth.mode');
  }
  inTime(order, admission.now(order.chainId));
  try {
    checkOrder(order, order.message.user, registry, await inputOf(order, admission.store));
  } catch (error) {
    if (!(error instanceof TenderError)) throw error;
    throw refusal(error.code, error.message, 'Ask again: POST /v1/ask makes an order that fits this network.', error.param);
  }
  const proof = auth.mode === 'signature' ? auth.signature : signature;
  if (!proof || !(await signedBy(ledger.chain, order, proof))) {
    throw refusal('bad_signature', 'The signature is not that of the order’s user.', 'Sign the typed data of exactly this order with the account that it names.', 'auth.signature');
  }
  await covered(order, ledger, registry);
}

function inTime(order: Order, now: UnixSeconds): void {
  const late = (param: string, message: string) => refusal('expired', message, 'Ask again for an order with new times. Nothing was taken.', param);
  const { message } = order;
  if (message.nonce >= PERMIT2_BIT) throw refusal('bad_nonce', 'Bit 255 of the nonce must be 0.', 'Choose a smaller nonce.', 'order.nonce');
  if (takenBy(order) <= now) throw late('order.terms', 'The order can no longer be taken.');
  if (takenBy(order) > now + LONGEST) throw refusal('too_long', 'Orders wait at most 30 days.', 'Choose an earlier deadline.', 'order.terms');
  if (order.kind === 'openIn' || order.kind === 'openOut') {
    const { buy, terms } = order.message;
    if (buy.deliverBy <= now) throw late('order.buy.deliverBy', 'The time of delivery has passed.');
    if (terms.closeAfter > now + LONGEST_DEAL) throw refusal('too_long', 'The refund of a token deal may open at most 7 days from now.', 'Choose an earlier deadline.', 'order.terms.closeAfter');
  }
  if (order.kind === 'job' && order.message.terms.resultBy <= now) throw late('order.terms.resultBy', 'The time of the result has passed.');
}

const EMPTY = sha256(new Uint8Array());
/** A job's input as text; its program must be here as well, or nobody could run it. */
async function inputOf(order: Order, { artifacts }: Store): Promise<string | undefined> {
  if (order.kind !== 'job') return undefined;
  const { programSha256, inputSha256 } = order.message.buy;
  const missing = (what: string, param: string) => refusal('missing_artifact', `The ${what} of this job is not here.`, 'Upload it with POST /v1/artifacts first.', param);
  if ((await artifacts.sizeOf(programSha256)) === undefined) throw missing('program', 'order.buy.programSha256');
  if (inputSha256 === EMPTY) await artifacts.put(new Uint8Array());
  const input = await artifacts.get(inputSha256);
  if (!input) throw missing('input', 'order.buy.inputSha256');
  return new TextDecoder().decode(input);
}

/** A key's signature, or what the account's own code says of it (ERC-1271). */
async function signedBy({ rpc }: Chain, order: Order, signature: Hex): Promise<boolean> {
  const { user } = order.message;
  const typed = typedDataOf(order);
  const signer = await recoverTypedDataAddress({ ...typed, signature } as Parameters<typeof recoverTypedDataAddress>[0]).catch(() => undefined);
  if (signer && isAddressEqual(signer, user)) return true;
  const client = clientOf(rpc);
  if (!(await client.getCode({ address: user }))) return false;
  const answer = await client
    .readContract({ address: user, abi: ERC1271, functionName: 'isValidSignature', args: [hashTypedData(typed as Parameters<typeof hashTypedData>[0]), signature] })
    .catch(() => undefined);
  return answer === MAGIC_1271;
}
const ERC1271 = [
  {
    type: 'function', name: 'isValidSignature', stateMutability: 'view',
    inputs: [{ name: 'hash', type: 'bytes32' }, { name: 'signature', type: 'bytes' }], outputs: [{ name: '', type: 'bytes4' }],
  },
] as const;

/** The order is new to the chain, and the money is there and may be pulled. */
async function covered(order: Order, ledger: Ledger, registry: Registry): Promise<void> {
  const { user, sell } = order.message;
  const needed = ceilingOf(order);
  const native = isAddressEqual(sell.token, NATIVE);
  const [state, balance, allowance] = await Promise.all([
    ledger.stateOf(order),
    ledger.balanceOf(user, sell.token),
    native ? needed : ledger.allowanceOf(user, sell.token, order.settlement),
  ]);
  if (state !== 'fresh') {
    const hint = isEscrow(order) ? 'Ask again for a new order.' : 'Its nonce may be used: ask again for a new order.';
    throw refusal('order_over', `On chain this order is ${state} already.`, hint, 'order');
  }
  const chain = ledger.chain.name;
  const say = (amount: bigint) => amountOf(registry, order.chainId, sell.token as Address, amount);
  if (balance < needed) throw refusal('insufficient_balance', `The order sells up to ${say(needed)}, the account holds ${say(balance)} on ${chain}.`, 'Top it up, or ask for less.', 'order.sell');
  if (allowance < needed) {
    throw refusal('insufficient_allowance', `Settlement may take ${say(allowance)} of ${say(needed)} on ${chain}.`, `Approve ${order.settlement} for ${say(needed)} first.`, 'order.sell');
  }
}

const refusal = (code: string, message: string, hint: string, param?: string) => new TenderError(code, message, { hint, ...(param !== undefined && { param }) });
