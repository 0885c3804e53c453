import { orders, privacy } from './aggregates.js';
import type { EventStore } from './event-store.js';
import type { CommandHandler } from './handler.js';
import type { Clock } from './ports.js';
import type { KeyRegister, PersonalKeys } from './privacy/keys.js';
import { sealedMembers } from './privacy/personal-data.js';
import type { CommandContext } from './use-cases.js';

/** A key that nobody has any more, and the orders that cannot be read without it. */
export interface LostKey {
  readonly keyId: string;
  readonly orderIds: readonly string[];
}

export interface LostKeysDeps {
  readonly handler: CommandHandler;
  readonly clock: Clock;
  /** With personal data as they are stored. */
  readonly storedEvents: Pick<EventStore, 'readAllPages'>;
  readonly personalKeys: PersonalKeys & KeyRegister;
}

/**
 * Reads every order for keys that are gone without having been erased. Those of orders that were being given up when the
 * process died are found again.
 */
export async function findLostKeys(
  { storedEvents, personalKeys }: Pick<LostKeysDeps, 'storedEvents' | 'personalKeys'>,
  onProgress: (events: number) => void = () => undefined,
): Promise<LostKey[]> {
  const prefix = `${orders.category}-`;
  /** By order, the key that it cannot be opened with. */
  const unopened = new Map<string, string>();
  let events = 0;
  for await (const page of storedEvents.readAllPages({ prefixes: [prefix] })) {
    const sealed = new Map<string, string>();
    for (const event of page) {
      const orderId = event.stream.slice(prefix.length);
      for (const [, { key }] of sealedMembers(event)) sealed.set(orderId, key);
    }
    const found = sealed.size > 0 ? await personalKeys.find([...new Set(sealed.values())]) : new Map();
    for (const [orderId, key] of sealed) {
      const held = found.get(key);
      if (held === undefined || held === 'erased') unopened.set(orderId, key);
    }
    for (const event of page) {
      if (event.type === 'CustomerDataErased') unopened.delete(event.stream.slice(prefix.length));
    }
    events += page.length;
    onProgress(events);
  }
  const orderIds = new Map<string, string[]>();
  for (const [orderId, keyId] of unopened) orderIds.set(keyId, [...(orderIds.get(keyId) ?? []), orderId]);
  return [...orderIds].map(([keyId, ids]) => ({ keyId, orderIds: ids }));
}

/** Erases what cannot be read any more, with a receipt as for a customer who asked for it: the orders go on without. */
export async function giveUpLostKeys(
  { handler, clock, personalKeys }: LostKeysDeps,
  lost: readonly LostKey[],
  reason: string,
  context: CommandContext,
): Promise<void> {
  for (const { keyId, orderIds } of lost) {
    const at = clock.now().toISOString();
    await handler.handle(privacy, keyId, { type: 'EraseKey', keyId, orderIds, reason, at }, context);
    await personalKeys.destroy(keyId);
    for (const orderId of orderIds) {
      const handled = await handler.handle(orders, orderId, { type: 'EraseCustomerData', at }, context);
      if (handled.rejected) throw new Error(`order ${orderId}: ${handled.detail}`);
    }
  }
}
