/** `tender orders`: the orders of a user, newest first. */
import { type Address, isAddress } from 'viem';
import { createClient } from '../client/client.ts';
import { type Arguments, usage } from './arguments.ts';
import { ownAccount } from './home.ts';
import { printer } from './print.ts';

export async function run(args: Arguments): Promise<number> {
  if (args.user !== undefined && !isAddress(args.user, { strict: false })) throw usage('--user takes an address.');
  const print = printer(args.json);
  const user = (args.user as Address | undefined) ?? ownAccount().account.address;
  const client = createClient(args.api);
  let cursor: string | undefined;
  let count = 0;
  do {
    const { orders, next } = await client.orders(user, cursor);
    for (const { id, life, receipt } of orders) {
      count++;
      print.value({ id, status: life.status, sentence: receipt.sentence, receipt });
      print.line(`${id}  ${life.status.padEnd(9)}  ${receipt.sentence}`);
    }
    cursor = next;
  } while (cursor);
  if (count === 0) print.line(`No orders of ${user}.`);
  return 0;
}
