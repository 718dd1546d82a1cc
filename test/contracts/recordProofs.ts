/**
 * Records what a real node proves (`eth_getProof`) as constants for StorageProof.t.sol: a state trie of some hundred accounts,
 * a Delivery with forty records, and a block before it had any. Run by hand: `node bin/run.mjs test/contracts/recordProofs.ts`.
 */
import { writeFileSync } from 'node:fs';
import { encodeFunctionData, fromRlp, getAddress, type Hex, keccak256, numberToHex, pad, zeroHash } from 'viem';
import { deliveryAbi } from '../../contracts/client/abi.ts';
import { dropStruct } from '../../contracts/client/calls.ts';
import { deployTender } from '../../contracts/client/deploy.ts';
import { recordKey, recordSlot } from '../../contracts/client/evidence.ts';
import type { Drop } from '../../contracts/client/ledger.ts';
import { proveRecords, type RecordsProof } from '../../contracts/client/proof.ts';
import { clientOf } from '../../contracts/client/rpc.ts';
import { NATIVE } from '../../intents/order.ts';
import { accounts, startAnvil } from './client/anvil.ts';
import { bareChain } from './client/bare.ts';

const CHAIN = 31302;
const RECORDS = 40;
const ACCOUNTS = 400;
const [deployer, solver, someone] = accounts as [(typeof accounts)[0], (typeof accounts)[0], (typeof accounts)[0]];

const anvil = await startAnvil({ chainId: CHAIN });
try {
  const contracts = await deployTender({
    rpc: anvil.url, deployer, config: { attesters: [someone.address], k: 1, gaps: { [CHAIN]: 60 }, localGap: 30, bondToken: solver.address, bondDelay: 864_000 },
  });
  for (let i = 1; i <= ACCOUNTS; i++) await anvil.rpc('anvil_setBalance', address(`account ${i}`), '0x1');
  await anvil.mine(); // balances set by hand are in the state before they are in a header
  const drops = Array.from({ length: RECORDS }, (_, i): Drop => ({
    dealId: keccak256(numberToHex(i)), output: 0, token: NATIVE, to: address(`to ${i}`), deliverBy: 2 ** 36, solver: solver.address, amount: BigInt(i + 1) * 10n ** 15n,
  }));
  const before = (await proved([recordKey(drops[0]!)]))!;
  const value = drops.reduce((sum, { amount }) => sum + amount, 0n);
  const data = encodeFunctionData({ abi: deliveryAbi, functionName: 'deliverMany', args: [drops.map(dropStruct)] });
  await clientOf(anvil.url).waitForTransactionReceipt({
    hash: await anvil.rpc<Hex>('eth_sendTransaction', { from: solver.address, to: contracts.delivery, data, value: numberToHex(value) }), pollingInterval: 20,
  });
  const absent = Array.from({ length: 200 }, (_, i) => keccak256(numberToHex(1_000 + i)));
  const keys = drops.slice(0, 8).map(recordKey);
  const found = await proved([...keys, ...absent]);
  const [inBranch, atLeaf] = (['branch', 'leaf'] as const).map((end) => found.records.slice(keys.length).find(({ nodes }) => endOf(nodes) === end)!);
  const elsewhere = await clientOf(anvil.url).getProof({ address: address('nobody'), storageKeys: [], blockNumber: BigInt(found.block.number) });
  const other = await clientOf(anvil.url).getProof({ address: contracts.settlement, storageKeys: [recordSlot(keys[0]!)], blockNumber: BigInt(found.block.number) });

  const many = found.records.slice(0, keys.length);
  const constants = [
    ['address', 'DELIVERY', contracts.delivery], ['address', 'NOBODY', address('nobody')], ['bytes32', 'HASH', found.block.hash], ['uint64', 'NUMBER', found.block.number], ['uint40', 'TIME', found.block.at],
    ['bytes32', 'ABSENT_IN_BRANCH', inBranch!.key], ['bytes32', 'ABSENT_AT_LEAF', atLeaf!.key], ['bytes32', 'EARLY_HASH', before.block.hash], ['uint64', 'EARLY_NUMBER', before.block.number],
  ].map(([type, name, value]) => `    ${type} internal constant ${name} = ${value};`);
  const functions = [
    bytes('header', found.header), list('account', found.account), list('nobody', elsewhere.accountProof), list('settlement', other.accountProof),
    list('absentInBranch', inBranch!.nodes), list('absentAtLeaf', atLeaf!.nodes),
    bytes('earlyHeader', before.header), list('earlyAccount', before.account),
    table('keys', 'bytes32', many.map(({ key }) => key)), table('words', 'uint256', many.map(({ word }) => word)),
    ...many.map(({ nodes }, i) => list(`record${i}`, nodes)),
  ];
  const proofs = `    function record(uint256 i) internal pure returns (bytes[] memory) {\n${many.map((_, i) => `        if (i == ${i}) return record${i}();\n`).join('')}        revert();\n    }`;
  writeFileSync(
    new URL('ProofFixtures.sol', import.meta.url),
    `// SPDX-License-Identifier: MIT\npragma solidity ^0.8.28;\n\n/// @dev What anvil proved about a Delivery. Recorded by recordProofs.ts: do not edit.\nlibrary ProofFixtures {\n${[...constants, '', ...functions, proofs].join('\n')}\n}\n`,
  );
  console.log(`account: ${found.account.length} nodes, storage: ${many.map(({ nodes }) => nodes.length).join(' ')}`);

  function proved(keys: Hex[]): Promise<RecordsProof> {
    return clientOf(anvil.url).getBlockNumber().then((at) => proveRecords({ chain: bareChain(CHAIN, anvil.url, { contracts }), keys, at: Number(at) }));
  }
} finally {
  await anvil.stop();
}

function address(name: string): Hex {
  return getAddress(`0x${keccak256(pad(`0x${Buffer.from(name).toString('hex')}`)).slice(26)}`);
}

/** Where a proof of absence ends: in a branch without that child, or at another key's leaf. */
function endOf(nodes: readonly Hex[]): 'branch' | 'leaf' {
  return fromRlp(nodes.at(-1) ?? zeroHash, 'hex').length === 17 ? 'branch' : 'leaf';
}

function bytes(name: string, value: Hex): string {
  return `    function ${name}() internal pure returns (bytes memory) {\n        return hex"${value.slice(2)}";\n    }\n`;
}
function list(name: string, values: readonly Hex[]): string {
  const lines = values.map((value, i) => `        all[${i}] = hex"${value.slice(2)}";\n`);
  return `    function ${name}() internal pure returns (bytes[] memory all) {\n        all = new bytes[](${values.length});\n${lines.join('')}    }\n`;
}
function table(name: string, type: string, values: readonly (Hex | bigint)[]): string {
  const lines = values.map((value, i) => `        all[${i}] = ${value};\n`);
  return `    function ${name}() internal pure returns (${type}[] memory all) {\n        all = new ${type}[](${values.length});\n${lines.join('')}    }\n`;
}
