import type { OrderId } from '../domain/shared/ids.js';
import { orders, privacy } from './aggregates.js';
import type { PersonalRecords } from './erase-personal-data.js';
import type { EventStore, RecordedEvent } from './event-store.js';
import type { CommandHandler } from './handler.js';
import type { Clock } from './ports.js';
import type { KeyRegister, PersonalKeys } from './privacy/keys.js';
import { encryptedMembers } from './privacy/personal-data.js';
import { idOf, prefixOf } from './streams.js';
import type { CommandContext } from './use-cases.js';

/** A key that nobody has any more, and the orders that cannot be read without it. */
export interface LostKey {
  readonly keyId: string;
  readonly orderIds: readonly OrderId[];
}

export interface LostKeysDeps {
  readonly handler: CommandHandler;
  readonly clock: Clock;
  /** With personal data as they are stored. */
  readonly storedEvents: Pick<EventStore, 'readAllPages'>;
  readonly personalKeys: PersonalKeys & KeyRegister;
}

/** What giving them up takes besides. */
export interface GiveUpDeps extends LostKeysDeps {
  readonly erasure: { readonly records: Pick<PersonalRecords, 'eraseTraces' | 'forgetTraces'> };
}

/**
 * Reads every order for keys that are gone without having been erased. Those of orders that were being given up when the
 * process died are found again.
 */
export async function findLostKeys(
  { storedEvents, personalKeys }: Pick<LostKeysDeps, 'storedEvents' | 'personalKeys'>,
  onProgress: (events: number) => void,
): Promise<LostKey[]> {
  /** By order, the key that it cannot be opened with. */
  const unopened = new Map<OrderId, string>();
  let events = 0;
  for await (const page of storedEvents.readAllPages({ prefixes: [prefixOf(orders)] })) {
    const keys = keysByOrder(page);
    const gone = await goneOf(new Set(keys.values()), personalKeys);
    for (const [orderId, key] of keys) if (gone.has(key)) unopened.set(orderId, key);
    for (const event of page) if (event.type === 'CustomerDataErased') unopened.delete(orderOf(event));
    events += page.length;
    onProgress(events);
  }
  return ordersByKey(unopened);
}

/** The keys that orders are encrypted with, one each. */
function keysByOrder(events: readonly RecordedEvent[]): Map<OrderId, string> {
  const keys = new Map<OrderId, string>();
  for (const event of events) for (const [, { key }] of encryptedMembers(event)) keys.set(orderOf(event), key);
  return keys;
}

function orderOf({ stream }: RecordedEvent): OrderId {
  return orders.asId(idOf(stream));
}

/** Those of the keys that nobody has any more, erased or lost. */
async function goneOf(ids: ReadonlySet<string>, keys: PersonalKeys): Promise<ReadonlySet<string>> {
  if (ids.size === 0) return ids;
  const found = await keys.find([...ids]);
  const gone = new Set(ids);
  for (const [id, key] of found) if (key !== 'erased') gone.delete(id);
  return gone;
}

function ordersByKey(keys: ReadonlyMap<OrderId, string>): LostKey[] {
  const orderIds = new Map<string, OrderId[]>();
  for (const [orderId, keyId] of keys) orderIds.set(keyId, [...(orderIds.get(keyId) ?? []), orderId]);
  return [...orderIds].map(([keyId, ids]) => ({ keyId, orderIds: ids }));
}

/**
 * Erases what cannot be read any more, and its traces outside the events, with a receipt as for a customer who asked for
 * it: the orders go on without. Should the process die, the orders that are left are found as lost again. A key that has
 * come back since it was found lost is left alone.
 *
 * @returns those that were given up
 */
export async function giveUpLostKeys(
  { handler, clock, personalKeys, erasure: { records } }: GiveUpDeps,
  lost: readonly LostKey[],
  reason: string,
  context: CommandContext,
): Promise<readonly LostKey[]> {
  const at = clock.now().toISOString();
  const givenUp: LostKey[] = [];
  for (const key of lost) {
    const { keyId, orderIds } = key;
    if (!(await goneOf(new Set([keyId]), personalKeys)).has(keyId)) continue;
    givenUp.push(key);
    await handler.handle(privacy, keyId, { type: 'EraseKey', keyId, orderIds, reason, at }, context);
    await personalKeys.destroy(keyId);
  }
  // From here on the orders can be read: what was lost is erased.
  const orderIds = givenUp.flatMap((key) => key.orderIds);
  for (const orderId of orderIds) {
    const { state } = await handler.load(orders, orderId);
    await records.eraseTraces({ orderId, paymentIntentIds: state?.initiatedPayments ?? [] });
  }
  if (orderIds.length > 0) await records.forgetTraces();
  for (const orderId of orderIds) {
    const handled = await handler.handle(orders, orderId, { type: 'EraseCustomerData', at }, context);
    if (handled.rejected) throw new Error(`order ${orderId}: ${handled.detail}`);
  }
  return givenUp;
}
