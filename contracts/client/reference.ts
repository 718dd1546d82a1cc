/** An order as bytes beside the contract that executes it: how Bonds and Fairness take orders of every kind. */
import { type AbiParameter, type Address, encodeAbiParameters, type Hex } from 'viem';
import { kindOf, type Order } from '../../intents/order.ts';
import { escrowAbi, settlementAbi } from './abi.ts';
import { jobStruct, leaseStruct, swapStruct, tokenStruct } from './structs.ts';

export type OrderRef = { settler: Address; kind: number; order: Hex };

/** The arguments `settler`, `kind` and `order` of `inspect`, `slashNoShow` and `challenge`. */
export const orderRef = (order: Order): OrderRef => ({ settler: order.settlement, kind: kindOf(order), order: orderBytes(order) });

function orderBytes(order: Order): Hex {
  switch (order.kind) {
    case 'lease':
      return encode(['LeaseOrder', leaseStruct(order)]);
    case 'job':
      return encode(['JobOrder', jobStruct(order)]);
    case 'openIn':
    case 'openOut':
      return encode(['TokenOrder', tokenStruct(order)]);
    case 'fillIn':
    case 'fillOut': {
      const { options } = order.message;
      return options ? encode(['SwapOrder', swapStruct(order)], ['Options', options]) : encode(['SwapOrder', swapStruct(order)]);
    }
  }
}

const encode = (...structs: [name: string, value: object][]): Hex =>
  encodeAbiParameters(structs.map(([name]) => structType(name)), structs.map(([, value]) => value));

/** The calldata type of a struct, from whichever entry takes it. */
function structType(name: string): AbiParameter {
  for (const item of [...settlementAbi, ...escrowAbi]) {
    const found = item.type === 'function' && item.inputs.find(({ internalType }) => internalType === `struct ${name}`);
    if (found) return found;
  }
  throw new Error(`No entry takes a struct ${name}.`);
}
