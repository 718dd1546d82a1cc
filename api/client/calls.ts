/** The two transactions that a user may have to send itself: an approval, and the opening of a native sell. Light: no whole ABI. */
import { type Abi, type Address, encodeFunctionData } from 'viem';
import type { Awarded, Call } from '../../contracts/client/ledger.ts';
import { awardedStruct, tokenStruct } from '../../contracts/client/structs.ts';
import { KIND, type OrderOf } from '../../intents/order.ts';

type Parameter = { type: string; name: string; components?: Parameter[] };
const parameters = (text: string): Parameter[] =>
  text.split(',').map((part) => {
    const [type, name] = part.split(' ') as [string, string];
    return { type, name };
  });
const tuple = (name: string, components: Parameter[]): Parameter => ({ type: 'tuple', name, components });
const method = (name: string, inputs: Parameter[]) => [{ type: 'function', name, inputs, outputs: [], stateMutability: 'payable' }] as Abi;

/** Equal to the generated ABI; a test holds that. */
export const openAbi = method('open', [
  ...parameters('uint8 kind'),
  tuple('o', parameters(
    'bytes32 sentence,address user,address sellToken,uint128 sell,uint256 chainId,address buyToken,uint128 buy,address to,uint40 deliverBy,' +
    'address auctioneer,uint40 exclusiveUntil,uint40 openBy,uint40 closeAfter,address verifier,uint256 nonce',
  )),
  tuple('a', [
    tuple('award', parameters(
      'bytes32 order,uint128 part,address solver,uint128 sell,uint128 buy,uint96 bond,uint40 cutAt,uint40 notBefore,uint40 fillBy,bytes32 previous',
    )),
    ...parameters('bytes auctioneerSig'),
    tuple('reply', parameters('bytes32 authorisation,bool accepted')),
    ...parameters('bytes replySig'),
  ]),
]);
const approveAbi = method('approve', parameters('address spender,uint256 amount'));

/** `amount` in base units. */
export const approveCall = (chainId: number, token: Address, spender: Address, amount: bigint): Call => ({
  chainId, to: token, data: encodeFunctionData({ abi: approveAbi, args: [spender, amount] }), value: 0n, what: 'approve',
});

/** `open` by the user itself, with the sold coin as its value. */
export const openNativeCall = (order: OrderOf<'openIn' | 'openOut'>, awarded: Awarded): Call => ({
  chainId: order.chainId,
  to: order.settlement,
  data: encodeFunctionData({ abi: openAbi, args: [KIND[order.kind], tokenStruct(order), awardedStruct(awarded)] }),
  value: awarded.award.sell,
  what: 'open',
});
