/** Meter keys of leases: made here, kept in this browser until the lease is over. They acknowledge seconds and cannot move money. */
import type { Address, Hex } from 'viem';
import type { Order } from '../../intents/order.ts';
import type { MeterAccount } from '../client/lease.ts';

const made = new Map<string, Hex>();
let next: Promise<Address> | undefined;
const storeOf = (id: Hex) => `tender.meter.${id}`;

/** Address of a key that no order has used yet. */
export function meterKey(): Promise<Address> {
  next ??= import('viem/accounts').then(({ generatePrivateKey, privateKeyToAccount }) => {
    const key = generatePrivateKey();
    const { address } = privateKeyToAccount(key);
    made.set(address.toLowerCase(), key);
    return address;
  });
  return next;
}

/** Keeps the key of a posted lease; the next order gets another one. */
export function keepMeter(order: Order, id: Hex): void {
  if (order.kind !== 'lease') return;
  const key = made.get(order.message.terms.meterKey.toLowerCase());
  if (key) localStorage.setItem(storeOf(id), key);
  next = undefined;
}

/** The key of a lease, if this browser ordered it. */
export async function meterOf(id: Hex): Promise<MeterAccount | undefined> {
  const key = localStorage.getItem(storeOf(id));
  if (!key || !/^0x[0-9a-f]{64}$/.test(key)) return undefined;
  return (await import('viem/accounts')).privateKeyToAccount(key as Hex);
}
export const forgetMeter = (id: Hex): void => localStorage.removeItem(storeOf(id));
