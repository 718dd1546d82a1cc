/** Child process of sender.test.ts: sends one payment and kills itself at the n-th journal write. Key on stdin. */
import { readFileSync } from 'node:fs';
import type { Address, Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { evmLedger } from '../../../contracts/client/evm.ts';
import { createSender } from '../../../contracts/client/sender.ts';
import { openJournal } from '../../../solver/journal.ts';
import { bareChain } from './bare.ts';

const [url, id, path, to, at] = process.argv.slice(2) as [string, string, string, string, string];
const account = privateKeyToAccount(readFileSync(0, 'utf8') as Hex);
const journal = await openJournal(path);
let seen = 0;
const die = () => {
  if (++seen === Number(at)) process.kill(process.pid, 'SIGKILL');
};
const around = async <T>(write: () => Promise<T>): Promise<T> => {
  die();
  const row = await write();
  die();
  return row;
};
const sender = createSender({
  ledger: evmLedger({ chain: bareChain(Number(id), url) }),
  rpc: url,
  account,
  journal: { ...journal, intend: (...args) => around(() => journal.intend(...args)), update: (...args) => around(() => journal.update(...args)) },
  pollMs: 20,
});
await sender.send('p', { chainId: Number(id), to: to as Address, data: '0x', value: 1n, what: 'pay' });
