/** Deploys the contracts of one chain, in an order in which each knows the others from its constructor. */
import {
  type AbiParameter, type Address, concat, encodeAbiParameters, getContractAddress, getCreate2Address, type Hex, type LocalAccount, type PublicClient, zeroHash,
} from 'viem';
import { AWARD_MIN, MISS_GRACE } from '../../intents/award.ts';
import { TenderError } from '../../intents/errors.ts';
import type { Contracts } from '../../intents/registry.ts';
import { type ContractName, creationCode } from './artefacts.ts';
import { clientOf, type Rpc } from './rpc.ts';
import { feesNow } from './transaction.ts';

export type DeployConfig = {
  /** They attest deliveries and judge jobs. */
  attesters: readonly Address[];
  /** Attesters that must sign. */
  k: number;
  /** Chain id → seconds between `deliverBy` and `closeAfter`: finality of that chain, attestation, a claim, clock drift. */
  gaps: Readonly<Record<number, number>>;
  /** The same where the destination is this chain itself and Delivery is read directly, seconds. */
  localGap: number;
  bondToken: Address;
  /** Seconds between a bond's notice of exit and its exit: longer than any deal lives. */
  bondDelay: number;
  /** Seconds that the chain needs for a block: the shortest award and the grace after it last two of them at least. */
  blockSeconds?: number;
  permit2?: Address;
};
export type DeployOptions = { rpc: Rpc; deployer: LocalAccount; config: DeployConfig };

/** The deterministic-deployment proxy that most chains have (and anvil from genesis). */
const CREATE2_FACTORY: Address = '0x4e59b44847b379578588920cA78FbF26c0B4956C';
const PERMIT2: Address = '0x000000000022D473030F116dDEE9F6B43aC78BA3';
const RECEIPT_MS = 60_000;

/** Where Delivery is on every chain, whoever deploys it. */
export const deliveryAddress = (): Address => getCreate2Address({ from: CREATE2_FACTORY, salt: zeroHash, bytecode: creationCode('Delivery') });

/**
 * Deploys what is not there yet and returns the addresses. The deployer's account must not send anything else meanwhile.
 * TenderErrors: `not-built`, `no_create2` (the chain lacks the factory), `deploy_failed`.
 */
export async function deployTender({ rpc, deployer, config }: DeployOptions): Promise<Contracts> {
  const client = clientOf(rpc);
  const delivery = deliveryAddress();
  const [first, factory, there] = await Promise.all([
    client.getTransactionCount({ address: deployer.address }),
    client.getCode({ address: CREATE2_FACTORY }),
    client.getCode({ address: delivery }),
  ]);
  if (!there && !factory) throw new TenderError('no_create2', `The chain has no contract at ${CREATE2_FACTORY}.`, { hint: 'Deploy the deterministic-deployment proxy first.' });

  const steps: Step[] = there ? [] : [{ what: 'Delivery', to: CREATE2_FACTORY, data: concat([zeroHash, creationCode('Delivery')]) }];
  const at = (index: number) => getContractAddress({ from: deployer.address, nonce: BigInt(first + index) });
  const bonds = at(steps.length);
  const settlement = at(steps.length + 1);
  const escrow = at(steps.length + 2);
  const fairness = at(steps.length + 3);
  const twoBlocks = 2 * (config.blockSeconds ?? 1);
  const rules = [Math.max(AWARD_MIN, twoBlocks), Math.max(MISS_GRACE, twoBlocks)];
  const chains = Object.keys(config.gaps).map(BigInt);
  steps.push(
    create('Bonds', ['address', 'address', 'address', 'address', 'uint40', 'uint40', 'uint40'], [
      settlement, escrow, fairness, config.bondToken, config.bondDelay, ...rules,
    ]),
    create('Settlement', ['address'], [bonds]),
    create('Escrow', ['address'], [bonds]),
    create('Fairness', ['address'], [bonds]),
    create('Attested', ['address', 'address[]', 'uint8', 'uint256[]', 'uint40[]'], [delivery, config.attesters, config.k, chains, Object.values(config.gaps)]),
    create('Local', ['address', 'uint40'], [delivery, config.localGap]),
    create('Lease', ['address'], [escrow]),
    create('Rerun', ['address[]', 'uint8'], [config.attesters, config.k]),
  );
  await sendAll(client, deployer, first, steps);
  const [attested, local, lease, rerun] = [at(steps.length - 4), at(steps.length - 3), at(steps.length - 2), at(steps.length - 1)];
  return { settlement, escrow, delivery, bonds, fairness, attested, local, lease, rerun, permit2: config.permit2 ?? PERMIT2 };
}

export type StorageProofConfig = {
  /** Who says which block hashes are true: this chain itself, or k of these attesters. */
  source: 'local' | { attesters: readonly Address[]; k: number };
  /** Chain id → seconds between `deliverBy` and `closeAfter`. Other chains are not served. */
  gaps: Readonly<Record<number, number>>;
};
/** Deploys a StorageProof with a source of its own: an order that names the verifier names both. TenderErrors as above. */
export async function deployStorageProof(
  { rpc, deployer, config: { source, gaps } }: { rpc: Rpc; deployer: LocalAccount; config: StorageProofConfig },
): Promise<{ source: Address; verifier: Address }> {
  const client = clientOf(rpc);
  const first = await client.getTransactionCount({ address: deployer.address });
  const at = (index: number) => getContractAddress({ from: deployer.address, nonce: BigInt(first + index) });
  await sendAll(client, deployer, first, [
    source === 'local' ? create('LocalHashes', [], []) : create('AttestedHashes', ['address[]', 'uint8'], [source.attesters, source.k]),
    create('StorageProof', ['address', 'address', 'uint256[]', 'uint40[]'], [deliveryAddress(), at(0), Object.keys(gaps).map(BigInt), Object.values(gaps)]),
  ]);
  return { source: at(0), verifier: at(1) };
}

/** Deploys the view that describes orders to solvers that know only ERC-7683. TenderErrors as above. */
export async function deployResolver({ rpc, deployer, contracts }: { rpc: Rpc; deployer: LocalAccount; contracts: Contracts }): Promise<Address> {
  const client = clientOf(rpc);
  const first = await client.getTransactionCount({ address: deployer.address });
  const { settlement, escrow, delivery } = contracts;
  await sendAll(client, deployer, first, [create('Resolver', ['address', 'address', 'address'], [settlement, escrow, delivery])]);
  return getContractAddress({ from: deployer.address, nonce: BigInt(first) });
}

type Step = { what: string; to?: Address; data: Hex };
const create = (what: ContractName, types: string[], values: unknown[]): Step => ({
  what,
  data: concat([creationCode(what), encodeAbiParameters(types.map((type): AbiParameter => ({ type })), values)]),
});

/** Sends all at once, so that one block can hold them, then waits for all. */
async function sendAll(client: PublicClient, deployer: LocalAccount, first: number, steps: readonly Step[]) {
  const [chainId, fees] = await Promise.all([client.getChainId(), feesNow(client)]);
  const hashes: Hex[] = [];
  for (const [index, { to, data }] of steps.entries()) {
    const serializedTransaction = await deployer.signTransaction({ type: 'eip1559', chainId, nonce: first + index, ...(to && { to }), data, value: 0n, gas: gasFor(data), ...fees });
    hashes.push(await client.sendRawTransaction({ serializedTransaction }));
  }
  const receipts = await Promise.all(hashes.map((hash) => client.waitForTransactionReceipt({ hash, timeout: RECEIPT_MS })));
  const failed = steps.find((_, index) => receipts[index]?.status !== 'success');
  if (failed) throw new TenderError('deploy_failed', `The deployment of ${failed.what} reverted.`, { param: failed.what, hint: 'Was the deployer’s account used at the same time?' });
}

/** Not estimated: a constructor that asks an earlier contract of the same block would fail. 200 per byte kept, 18 per byte sent. */
const gasFor = (data: Hex) => 300_000n + BigInt(data.length / 2 - 1) * 220n;
