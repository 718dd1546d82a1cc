/** What the card says of others' words: the address behind a name, and whose list a token is from. */
import { expect, it } from 'vitest';
import { cardOf } from '../../../api/server/card.ts';
import { compose } from '../../../intents/compose.ts';
import { ground } from '../../../intents/ground.ts';
import { listed } from '../../../intents/ground/listing.ts';
import { contextOf, parse } from '../../../intents/parse/index.ts';
import type { Registry } from '../../../intents/registry.ts';
import { METER, NOW, registry, world } from '../../intents/network.ts';

const rowsOf = async (text: string, of: Registry) => {
  const reading = parse(text, contextOf(of, new Date(NOW * 1000)));
  if (!('draft' in reading)) throw new Error(text);
  const grounded = await ground(reading.draft, world({ registry: of, resolveName: async (name) => ({ name, address: METER }) }));
  if (!('intent' in grounded)) throw new Error(JSON.stringify(grounded));
  const order = compose(grounded.intent, { registry: of, auctioneer: of.auctioneer, sentence: '', nonce: 0n, now: NOW });
  return cardOf(grounded.intent, order, reading.draft.evidence, of, NOW).map(({ label, value }) => [label, value]);
};

it('shows the name and the address', async () => {
  const rows = await rowsOf('swap 1 ETH to at least 2000 USDC and send it to alice.eth', registry);
  expect(rows).toContainEqual(['To', `alice.eth (${METER})`]);
  expect(rows.some(([label]) => label === 'Token list')).toBe(false);
});
it('shows where a token of a list comes from', async () => {
  const address = '0x00000000000000000000000000000000000aBc01';
  const list = { name: 'Test list', timestamp: '2026-11-22T12:00:00Z', version: { major: 1, minor: 2, patch: 3 }, tokens: [{ chainId: 31303, address: address.toLowerCase(), decimals: 18, name: 'Gho', symbol: 'GHO' }] };
  const { registry: more, joined } = listed(registry, list);
  const rows = await rowsOf('swap 1 DAI to at least 0.9 GHO on arbitrum', more);
  expect(rows).toContainEqual(['Token list', `GHO is ${joined[0]?.token.address} on arbitrum, by Test list 1.2.3`]);
});
