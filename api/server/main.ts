/** The API's process: HTTP, WebSockets, the auction, and the page. */
import { privateKeyToAccount } from 'viem/accounts';
import { proposer } from '../../intents/parse/readers/openai.ts';
import { purse } from '../../intents/parse/readers/purse.ts';
import { TenderError } from '../../intents/errors.ts';
import { apiConfig } from '../config.ts';
import { run } from '../process.ts';
import { openStore } from '../store/index.ts';
import { build } from './build.ts';
import { withTokens } from '../../intents/ground/listing.ts';
import { createFaucet } from './faucet.ts';
import { joinLists } from './lists.ts';
import { serveApp } from './serve.ts';

await run('api', async ({ log, ready, signal }) => {
  const { lists, database, auctioneerKey, faucetKey, auctionMs, host, port, model, ...config } = apiConfig();
  const joined = await joinLists(config.registry, lists, log);
  const [registry, published] = [withTokens(config.registry, joined), withTokens(config.published, joined)];
  const auctioneer = privateKeyToAccount(auctioneerKey);
  if (auctioneer.address.toLowerCase() !== registry.auctioneer.toLowerCase()) {
    throw new TenderError('bad_config', `TENDER_AUCTIONEER_KEY is the key of ${auctioneer.address}; the network's auctioneer is ${registry.auctioneer}.`);
  }
  const store = await openStore(database);
  // One purse for all that asks the model.
  const money = model && purse(model.tokensPerDay);
  const reader = model && money && proposer(model, { purse: money, silent: (why) => log('model.silent', { why }) });
  const built = await build({
    registry, published, store, auctioneer, log, times: { cutMs: auctionMs },
    ...(faucetKey && { faucet: createFaucet(registry, faucetKey) }),
    ...(reader && { read: reader.read }),
    ...(model && money && { model: { ...model, purse: money } }),
  });
  const served = await serveApp(built.app, { host, port });
  ready(served.url);
  await built.run(signal);
  built.close();
  await served.close();
  await store.close();
});
