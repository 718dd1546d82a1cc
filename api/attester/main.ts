/** The attester's process: one key, its own endpoints, no door of its own. */
import { privateKeyToAccount } from 'viem/accounts';
import { createClient } from '../client/client.ts';
import { attesterConfig } from '../config.ts';
import { run } from '../process.ts';
import { createAttester } from './attester.ts';
import { openMemory } from './memory.ts';
import { openAttesterSession } from './session.ts';

await run('attester', async ({ log, ready, signal }) => {
  const config = attesterConfig();
  const account = privateKeyToAccount(config.attesterKey);
  const client = createClient(config.api);
  const attester = createAttester({ registry: config.registry, account, client, memory: openMemory(config.dir) });
  const session = openAttesterSession({ api: config.api, account, attester, log, onWelcome: () => ready(account.address) });
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  session.close();
});
