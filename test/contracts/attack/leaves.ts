/** Every leaf of a call's arguments, changed one at a time: generated from the ABI, so that a new field is covered when it is added. */
import { type Abi, type AbiParameter, decodeFunctionData, encodeFunctionData, type Hex, numberToHex, toFunctionSelector } from 'viem';

export type Leaf = {
  /** `o.sell`, `a.terms`, `items[0].word`, `evidence@3` (the fourth word of opaque bytes), `call@7` (the eighth byte behind the selector). */
  path: string;
  data: Hex;
};

type Change = { path: string; value: unknown };

/** The same call with one leaf changed, for each leaf of its arguments. */
export function leavesOf(abi: Abi, data: Hex): Leaf[] {
  const { functionName, args } = decodeFunctionData({ abi, data });
  // Overloads: the one whose selector was called.
  const selected = abi.find((item) => item.type === 'function' && item.name === functionName && toFunctionSelector(item) === data.slice(0, 10));
  if (selected?.type !== 'function') throw new Error(`no function for ${data.slice(0, 10)}`);
  if (selected.inputs.length === 0) return inCall(data);
  return changesOf(selected.inputs, args ?? []).map(({ path, value }) => ({
    path,
    data: encodeFunctionData({ abi: [selected], functionName, args: value as readonly unknown[] }),
  }));
}

/** Values equal to `values` but for one leaf. */
function changesOf(parameters: readonly AbiParameter[], values: readonly unknown[]): Change[] {
  return parameters.flatMap((parameter, index) =>
    changes(parameter, values[index], parameter.name ?? `${index}`).map(({ path, value }) => ({ path, value: values.with(index, value) })),
  );
}

function changes(parameter: AbiParameter, value: unknown, path: string): Change[] {
  const array = /^(.*)\[(\d*)\]$/.exec(parameter.type);
  if (array) {
    const element = { ...parameter, type: array[1] } as AbiParameter;
    const list = value as unknown[];
    return list.flatMap((item, index) => changes(element, item, `${path}[${index}]`).map((change) => ({ path: change.path, value: list.with(index, change.value) })));
  }
  if (parameter.type === 'tuple') {
    const struct = value as Record<string, unknown>;
    const members = (parameter as { components: readonly AbiParameter[] }).components;
    return members.flatMap((member) =>
      changes(member, struct[member.name!], `${path}.${member.name}`).map((change) => ({ path: change.path, value: { ...struct, [member.name!]: change.value } })),
    );
  }
  if (parameter.type === 'bytes') return inBytes(value as Hex).map(({ at, bytes }) => ({ path: `${path}@${at}`, value: bytes }));
  return [{ path, value: other(parameter.type, value) }];
}

/** One bit of each byte of a call without padding: its members stand where its NatSpec says, not where the ABI does. */
function inCall(data: Hex): Leaf[] {
  return Array.from({ length: data.length / 2 - 5 }, (_, index) => {
    const at = 10 + 2 * index;
    const byte = numberToHex(Number.parseInt(data.slice(at, at + 2), 16) ^ 1, { size: 1 }).slice(2);
    return { path: `call@${index}`, data: `${data.slice(0, at)}${byte}${data.slice(at + 2)}` as Hex };
  });
}

/** One bit of each word of opaque bytes. */
function inBytes(bytes: Hex): { at: number; bytes: Hex }[] {
  const size = (bytes.length - 2) / 2;
  return Array.from({ length: Math.ceil(size / 32) }, (_, word) => {
    // The last byte of the word, or of the whole: a padding bit in front would not be a leaf.
    const at = 2 + 2 * Math.min(word * 32 + 31, size - 1);
    const byte = numberToHex(Number.parseInt(bytes.slice(at, at + 2), 16) ^ 1, { size: 1 }).slice(2);
    return { at: word, bytes: `${bytes.slice(0, at)}${byte}${bytes.slice(at + 2)}` as Hex };
  });
}

function other(type: string, value: unknown): unknown {
  if (type === 'bool') return !value;
  if (type === 'address' || type.startsWith('bytes')) {
    const hex = (value as Hex).toLowerCase();
    return `${hex.slice(0, -1)}${(Number.parseInt(hex.slice(-1), 16) ^ 1).toString(16)}`;
  }
  // Numbers: one more or one less is the smallest lie.
  return typeof value === 'bigint' ? value ^ 1n : (value as number) ^ 1;
}
