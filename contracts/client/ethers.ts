/** An ethers v6 signer as a wallet of Tender: the only place that knows ethers. */
import { Contract, isError, type Provider, type Signer, TypedDataEncoder } from 'ethers';
import { type Address, getAddress, hashTypedData, type Hex } from 'viem';
import { TenderError } from '../../intents/errors.ts';
import type { TypedData } from '../../intents/order.ts';
import { explainRevert } from './errors.ts';
import type { Call } from './ledger.ts';

/** The shape of the SDK's Wallet port. */
export type EthersWallet = {
  readonly address: Address;
  /** EIP-712 (`eth_signTypedData_v4`). */
  signTypedData(typedData: TypedData): Promise<Hex>;
  /** Sends a transaction; resolves with its hash once it is mined with success, rejects with what the contract said. */
  sendCall(call: Call): Promise<Hex>;
  /** What `spender` may pull of `token` from this wallet, base units. */
  allowanceOf(chainId: number, token: Address, spender: Address): Promise<bigint>;
};

/**
 * Wraps a signer; to send and to read it needs a provider. Its methods reject with TenderErrors: `rejected` (the owner said
 * no), `wrong_chain`, `digest_differs`, or the code of the contract's refusal.
 */
export async function ethersWallet(signer: Signer): Promise<EthersWallet> {
  const address = getAddress(await signer.getAddress());
  return {
    address,
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
      await providerOn(signer, chainId, what);
      const response = await signer.sendTransaction({ to, data, value, chainId }).catch(refused);
      await response.wait().catch(refused);
      return response.hash as Hex;
    },
    async allowanceOf(chainId, token, spender) {
      const provider = await providerOn(signer, chainId, 'this allowance');
      const contract = new Contract(token, ['function allowance(address owner, address spender) view returns (uint256)'], provider);
      return (await contract.getFunction('allowance')(address, spender)) as bigint;
    },
  };
}

async function providerOn({ provider }: Signer, chainId: number, what: string): Promise<Provider> {
  if (!provider) throw new TenderError('wrong_chain', `This signer has no provider, so it has no chain for ${what}.`, { hint: 'Connect it: signer.connect(provider).' });
  const network = await provider.getNetwork();
  if (Number(network.chainId) === chainId) return provider;
  throw new TenderError('wrong_chain', `The wallet is on chain ${network.chainId}; ${what} belongs on ${chainId}.`, { hint: 'Switch the network in the wallet.' });
}

function refused(error: unknown): never {
  if (isError(error, 'ACTION_REJECTED')) throw new TenderError('rejected', 'You did not sign.', { hint: 'Nothing was sent and nothing moved. You can try again.' });
  if (!isError(error, 'CALL_EXCEPTION')) throw error;
  const { code, message, ...rest } = explainRevert((error.data ?? '0x') as Hex);
  throw new TenderError(code, message, rest);
}
