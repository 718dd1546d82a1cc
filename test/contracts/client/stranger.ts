/**
 * A solver that knows ERC-7683 and no protocol: it asks a resolver, checks the assumptions that it is told, and does the steps.
 * Only the procedures behind named witnesses are given to it. Written from the ERC's text, for tests of our resolver.
 */
import {
  concat, decodeAbiParameters, decodeFunctionData, encodeFunctionData, erc20Abi, type Hex, type LocalAccount, maxUint256, numberToHex, parseAbi, size, slice,
} from 'viem';
import { clientOf } from '../../../contracts/client/rpc.ts';
import { decodeEvmInterop } from '../../../intents/interop.ts';
import type { Anvil } from './anvil.ts';

/** The pseudo-functions of the ERC: their selectors are tags. */
export const TAGS = parseAbi([
  'function Call(bytes target, bytes4 selector, bytes[] arguments, bytes[] attributes)',
  'function PaymentRecipient()', 'function PaymentChain()', 'function StepCaller(uint256 stepIdx)', 'function ExecutionOutput(string field, uint256 stepIdx)',
  'function Witness(string kind, bytes data, uint256[] variables)', 'function Query(bytes target, bytes4 selector, bytes[] arguments, uint256 blockNumber)',
  'function QueryEvents(bytes emitter, bytes1 topicMatch, bytes32 topic0, bytes32 topic1, bytes32 topic2, bytes32 topic3, uint256 blockNumber)',
  'function ERC20(bytes token, bytes sender, bytes amountFormula, uint256 recipientVarIdx, uint256 onStepIdx, uint256 estimatedDelaySeconds)',
  'function SpendsERC20(bytes token, bytes amountFormula, bytes spender, bytes recipient)', 'function SpendsGas(bytes amountFormula)',
  'function TimingBounds(string field, bytes lowerBound, bytes upperBound)', 'function NeedsStep(uint256 stepIdx)', 'function NeedsVariable(uint256 varIdx)',
  'function RevertPolicy(string policy, bytes expectedReason)', 'function Constant(uint256 val)', 'function Variable(uint256 varIdx)',
]);
const RESOLVE = parseAbi([
  'struct Assumption { string name; bytes data; }', 'struct ResolvedOrder { bytes[] steps; bytes[] variables; bytes[] payments; Assumption[] assumptions; }',
  'function resolve(bytes payload) view returns (ResolvedOrder)',
]);

export type Decoded = ReturnType<typeof decoded>;
export const decoded = (data: Hex) => decodeFunctionData({ abi: TAGS, data });
type Named<N extends Decoded['functionName']> = Extract<Decoded, { functionName: N }>;
const only = <N extends Decoded['functionName']>(all: readonly Hex[], name: N) => all.map(decoded).filter((one): one is Named<N> => one.functionName === name);

/** A framed value: whether it is dynamic, and its own encoding. */
export function unframed(framed: Hex): { dynamic: boolean; encoding: Hex } {
  const words = concat([numberToHex(0x40, { size: 32 }), numberToHex(0x60, { size: 32 }), numberToHex(0, { size: 32 })]);
  if (size(framed) >= 96 && slice(framed, 0, 96) === words) return { dynamic: true, encoding: size(framed) === 96 ? '0x' : slice(framed, 96) };
  if (BigInt(slice(framed, 0, 32)) !== BigInt(size(framed) - 32) || BigInt(slice(framed, -32)) !== 0n) throw new Error('not a framed value');
  return { dynamic: false, encoding: slice(framed, 32, size(framed) - 32) };
}
function callData(selector: Hex, framed: readonly Hex[]): Hex {
  const values = framed.map(unframed);
  let at = values.reduce((bytes, { dynamic, encoding }) => bytes + (dynamic ? 32 : size(encoding)), 0);
  const heads = values.map(({ dynamic, encoding }) => {
    if (!dynamic) return encoding;
    const head = numberToHex(at, { size: 32 });
    at += size(encoding);
    return head;
  });
  return concat([selector, ...heads, ...values.filter(({ dynamic }) => dynamic).map(({ encoding }) => encoding)]);
}

export type Stranger = {
  resolver: { anvil: Anvil; address: Hex };
  chains: readonly Anvil[];
  account: LocalAccount;
  /** Assumption name → whether it holds. An unknown name does not. */
  assumptions: Readonly<Record<string, (data: Hex, steps: number) => boolean>>;
  /** Witness kind → framed value, from its data and the (framed) values of its variables. */
  witnesses: Readonly<Record<string, (data: Hex, variables: readonly Hex[]) => Promise<Hex>>>;
  /** Done before a step: a place for others to interfere. */
  before?: (step: number) => Promise<unknown>;
};
export type Outcome = { done: 'paid' | 'aborted' | 'refused'; why?: string; steps: ('sent' | 'ignored')[]; paid: bigint; promised: bigint };

/** Resolves a payload and, if every assumption holds, does what it says. Rejects if the order breaks the ERC's rules. */
export async function solve(stranger: Stranger, payload: Hex): Promise<Outcome> {
  const { resolver, account } = stranger;
  const order = await clientOf(resolver.anvil.url).readContract({ address: resolver.address, abi: RESOLVE, functionName: 'resolve', args: [payload] });
  const outcome: Outcome = { done: 'refused', steps: [], paid: 0n, promised: 0n };
  for (const { name, data } of order.assumptions) {
    if (!stranger.assumptions[name]?.(data, order.steps.length)) return { ...outcome, why: name };
  }
  const values = new Map<number, Hex>();
  const roles = order.variables.map(decoded);
  const outputs = new Map<number, bigint>();
  const valueOf = async (index: number): Promise<Hex> => {
    const known = values.get(index);
    if (known) return known;
    const role = roles[index]!;
    let value: Hex;
    if (role.functionName === 'PaymentRecipient') value = framedWord(BigInt(account.address));
    else if (role.functionName === 'ExecutionOutput' && role.args[0] === 'block.number') value = framedWord(outputs.get(Number(role.args[1]))!);
    else if (role.functionName === 'Witness') value = await stranger.witnesses[role.args[0]]!(role.args[1], await Promise.all(role.args[2].map((one) => valueOf(Number(one)))));
    else throw new Error(`unexpected role ${role.functionName}`);
    values.set(index, value);
    return value;
  };

  const payments = order.payments.map(decoded).map((one) => {
    if (one.functionName !== 'ERC20') throw new Error('unexpected payment');
    if (roles[Number(one.args[3])]?.functionName !== 'PaymentRecipient') throw new Error('a payment needs a recipient');
    return { ...place(stranger, one.args[0]), amount: constant(one.args[2]), onStep: Number(one.args[4]) };
  });
  outcome.promised = payments.reduce((sum, { amount }) => sum + amount, 0n);

  for (const [index, step] of only(order.steps, 'Call').entries()) {
    await stranger.before?.(index);
    const [target, selector, args, attributes] = step.args;
    const { anvil, address } = place(stranger, target);
    for (const { args: [needed] } of only(attributes, 'NeedsStep')) if (outcome.steps[Number(needed)] === undefined) throw new Error('a step before its need');
    for (const { args: [token, amount, spender] } of only(attributes, 'SpendsERC20')) {
      await sent(anvil, account, place(stranger, token).address, encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [place(stranger, spender).address, maxUint256] }));
      if ((await balance(anvil, place(stranger, token).address, account.address)) < constant(amount)) throw new Error('not enough to spend');
    }
    const framed = await Promise.all(args.map((argument) => (size(argument) === 32 ? valueOf(Number(BigInt(argument))) : argument)));
    for (const { args: [field, lower, upper] } of only(attributes, 'TimingBounds')) {
      if (field !== 'block.timestamp') throw new Error('unexpected timing field');
      const now = Number((await clientOf(anvil.url).getBlock()).timestamp);
      if (lower !== '0x' && now < Number(constant(lower))) await anvil.rpc('evm_setNextBlockTimestamp', Number(constant(lower)));
      if (upper !== '0x' && now > Number(constant(upper))) return { ...outcome, done: 'aborted', why: 'too late' };
    }
    const data = callData(selector, framed);
    const before = await Promise.all(payments.map(({ anvil, address }) => balance(anvil, address, account.address)));
    const gas = only(attributes, 'SpendsGas')[0]?.args[0];
    const result = await sent(anvil, account, address, data, gas && constant(gas));
    if ('reason' in result) {
      const policy = only(attributes, 'RevertPolicy').find(({ args: [, expected] }) => result.reason.startsWith(expected));
      if (!policy) throw new Error(`step ${index} reverted without a policy for it: ${result.reason}`);
      if (policy.args[0] === 'abort') return { ...outcome, done: 'aborted', why: result.reason };
      outcome.steps.push('ignored');
      continue;
    }
    outcome.steps.push('sent');
    outputs.set(index, result.block);
    for (const [i, { onStep, anvil, address }] of payments.entries()) {
      if (onStep === index) outcome.paid += (await balance(anvil, address, account.address)) - before[i]!;
    }
  }
  return { ...outcome, done: 'paid' };
}

const framedWord = (value: bigint): Hex => concat([numberToHex(0x40, { size: 32 }), numberToHex(value, { size: 32 }), numberToHex(0, { size: 32 })]);
function constant(formula: Hex): bigint {
  const one = decoded(formula);
  if (one.functionName !== 'Constant') throw new Error('only constants are expected');
  return one.args[0];
}
function place({ chains }: Stranger, interop: Hex): { anvil: Anvil; address: Hex } {
  const { chainId, address } = decodeEvmInterop(interop);
  const anvil = chains.find((one) => BigInt(one.chainId) === chainId);
  if (!anvil || !address) throw new Error(`no such chain: ${interop}`);
  return { anvil, address };
}
const balance = (anvil: Anvil, token: Hex, owner: Hex) => clientOf(anvil.url).readContract({ address: token, abi: erc20Abi, functionName: 'balanceOf', args: [owner] });

/** Sends a call, or gives the data with which it would revert. */
async function sent(anvil: Anvil, from: LocalAccount, to: Hex, data: Hex, gas?: bigint): Promise<{ block: bigint } | { reason: Hex }> {
  try {
    const hash = await anvil.rpc<Hex>('eth_sendTransaction', { from: from.address, to, data, ...(gas && { gas: numberToHex(gas) }) });
    const receipt = await clientOf(anvil.url).waitForTransactionReceipt({ hash, pollingInterval: 20 });
    if (receipt.status === 'success') return { block: receipt.blockNumber };
  } catch {
    // The node refuses what would revert: the reason is asked for below.
  }
  return { reason: await reasonOf(anvil, from, to, data) };
}
async function reasonOf(anvil: Anvil, from: LocalAccount, to: Hex, data: Hex): Promise<Hex> {
  const answer = await fetch(anvil.url, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_call', params: [{ from: from.address, to, data }, 'latest'] }),
  });
  const { error } = (await answer.json()) as { error?: { data?: Hex } };
  if (!error?.data) throw new Error('the call fails without reason');
  return error.data;
}
export const wordsOf = (types: readonly string[], data: Hex): readonly unknown[] => decodeAbiParameters(types.map((type) => ({ type })), data);
