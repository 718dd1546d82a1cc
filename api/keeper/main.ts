/** The keeper's process: waits until it leads, rules, and stands for election again when it has lost. */
import { privateKeyToAccount } from 'viem/accounts';
import { pause, shortReason } from '../../contracts/client/rpc.ts';
import { keeperConfig } from '../config.ts';
import { run } from '../process.ts';
import { openStore } from '../store/index.ts';
import { reign } from './keeper.ts';

/** After a reign that ended in an error: the database may just be starting again. */
const REST_MS = 500;

await run('keeper', async ({ log, ready, signal }) => {
  const { registry, database, keeperKey } = keeperConfig();
  const account = privateKeyToAccount(keeperKey);
  const store = await openStore(database);
  while (!signal.aborted) {
    const leadership = await store.lead('keeper', signal).catch((error: unknown) => void log('lead.failed', { reason: shortReason(error) }));
    if (!leadership) {
      await pause(REST_MS, signal);
      continue;
    }
    log('lead', { epoch: leadership.fence.epoch });
    ready(account.address);
    const stop = () => void leadership.resign();
    signal.addEventListener('abort', stop, { once: true });
    await reign({ registry, store, account, log }, leadership).catch((error: unknown) => log('reign.ended', { reason: shortReason(error) }));
    signal.removeEventListener('abort', stop);
    await leadership.resign();
    await pause(REST_MS, signal);
  }
  await store.close();
});
