/** An ethers v6 signer as a wallet of Tender: the only place that knows ethers. */
import { isError, type Signer, TypedDataEncoder } from 'ethers';
import { type Address, getAddress, hashTypedData, type Hex } from 'viem';
import { TenderError } from '../../intents/errors.ts';
import type { TypedData } from '../../intents/order.ts';
import type { Call } from './ledger.ts';

export type EthersWallet = {
  address: Address;
  /** EIP-712 (`eth_signTypedData_v4`). */
  signTypedData(typedData: TypedData): Promise<Hex>;
  /** Sends a call and returns its transaction hash, without waiting for a block. The signer needs a provider. */
  sendCall(call: Call): Promise<Hex>;
};

/** Wraps a signer. Its methods reject with TenderErrors `rejected` (the user said no), `wrong_chain`, `digest_differs`. */
export async function ethersWallet(signer: Signer): Promise<EthersWallet> {
  return {
    address: getAddress(await signer.getAddress()),
    async signTypedData({ domain, types, primaryType, message }) {
      const fields = domain as Parameters<Signer['signTypedData']>[0];
      // Two libraries hash what the user sees: if they disagree, one of them shows something else than it signs.
      const expected = hashTypedData({ domain, types, primaryType, message } as Parameters<typeof hashTypedData>[0]);
      if (TypedDataEncoder.hash(fields, types, message) !== expected) {
        throw new TenderError('digest_differs', 'ethers and viem hash this message differently, so it is not signed.');
      }
      return (await signer.signTypedData(fields, types, message).catch(refused)) as Hex;
    },
    async sendCall({ chainId, to, data, value, what }) {
      const network = await signer.provider?.getNetwork();
      if (!network) throw new TenderError('wrong_chain', `This signer has no provider, so it cannot send ${what}.`, { hint: 'Connect it: signer.connect(provider).' });
      if (Number(network.chainId) !== chainId) {
        throw new TenderError('wrong_chain', `The wallet is on chain ${network.chainId}, ${what} belongs on ${chainId}.`, { hint: 'Switch the network in the wallet.' });
      }
      const { hash } = await signer.sendTransaction({ to, data, value, chainId }).catch(refused);
      return hash as Hex;
    },
  };
}

function refused(error: unknown): never {
  if (isError(error, 'ACTION_REJECTED')) throw new TenderError('rejected', 'The wallet’s owner said no.', { hint: 'Nothing was signed or sent.' });
  throw error;
}
