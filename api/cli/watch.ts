/** `tender watch ID`: follows an order to its end and prints its receipt. */
import type { Hex } from 'viem';
import { decodeOrder } from '../../intents/json.ts';
import { lifeOf, type OrderEvent } from '../../intents/lifecycle.ts';
import { receiptOf, tell } from '../../intents/receipt.ts';
import { createClient } from '../client/client.ts';
import { type Arguments, onlyPositional, usage } from './arguments.ts';
import { show } from './ask.ts';
import { printer, printOutput } from './print.ts';

export async function run(args: Arguments): Promise<number> {
  const id = onlyPositional(args, 'order id') as Hex;
  if (!/^0x[0-9a-f]{64}$/i.test(id)) throw usage('An order id is 0x and 64 hex digits.');
  const print = printer(args.json);
  const client = createClient(args.api);
  const [registry, view] = await Promise.all([client.network(), client.order(id)]);
  const order = decodeOrder(view.order);
  print.line(order.message.sentence);
  const events: OrderEvent[] = [];
  for await (const event of client.events(id)) {
    events.push(event);
    const says = tell(event, order, registry);
    if (args.after === undefined || event.seq > args.after) show(print, { step: 'event', event, life: lifeOf(events), ...(says && { says }) });
  }
  const receipt = receiptOf(order, events, registry);
  show(print, { step: 'done', receipt, life: lifeOf(events) });
  await printOutput(print, client, receipt);
  return receipt.outcome === 'settled' ? 0 : 1;
}
