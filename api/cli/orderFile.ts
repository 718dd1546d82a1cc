/** The order that a command is about: a file, an order that was kept at home, or one that the API knows. */
import { existsSync, readFileSync } from 'node:fs';
import type { Hex } from 'viem';
import { TenderError } from '../../intents/errors.ts';
import { decodeOrder } from '../../intents/json.ts';
import type { Order } from '../../intents/order.ts';
import type { Receipt } from '../../intents/receipt.ts';
import { createClient } from '../client/client.ts';
import { keptOrder } from './home.ts';

/** `{order, receipt?}`, a signed order, or an order alone, as JSON. */
export function readOrderFile(path: string): { order: Order; receipt?: Receipt } {
  let json: { order?: unknown; receipt?: Receipt };
  try {
    json = JSON.parse(readFileSync(path, 'utf8')) as typeof json;
  } catch (error) {
    throw new TenderError('no_order', `${path} cannot be read as an order: ${error instanceof Error ? error.message : String(error)}`);
  }
  return { order: decodeOrder(json.order ?? json), ...(json.receipt && { receipt: json.receipt }) };
}

/** By path, else by id: first the orders kept at home, then the API. */
export async function findOrder(name: string, api: string): Promise<Order> {
  if (existsSync(name)) return readOrderFile(name).order;
  if (!/^0x[0-9a-f]{8,64}$/i.test(name)) throw new TenderError('no_order', `There is no file ${name}, and it is no order id.`);
  const kept = keptOrder(name);
  if (kept) return kept;
  if (name.length !== 66) throw new TenderError('no_order', `No order kept here begins with ${name}.`, { hint: 'Give the whole id, or the order’s file.' });
  return decodeOrder((await createClient(api).order(name as Hex)).order);
}
