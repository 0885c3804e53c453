import { inventory, inventorySyncs, orders, privacy } from '../../commands/aggregates.js';
import { currentEvent } from '../../commands/event-reading.js';
import type { RecordedEvent } from '../../commands/event-store.js';
import { categoryOf, idOf, prefixOf } from '../../commands/streams.js';
import type { InventoryEvent } from '../../domain/inventory/events.js';
import type { OrderEvent } from '../../domain/order/events.js';
import type { PrivacyEvent } from '../../domain/privacy/events.js';
import type { Sku } from '../../domain/shared/ids.js';
import type { SyncEvent } from '../../domain/sync/events.js';
import type { Reaction } from './effect.js';
import { reactionsToOrder } from './order-reactions.js';
import { again, expiryOf } from './requests.js';

/** Streams whose events ask for effects. */
export const reactionPrefixes = [orders, inventory, inventorySyncs, privacy].map(prefixOf);

/** The effects an event asks for. Pure: the same event always asks for the same keys. */
export function reactionsTo(recorded: RecordedEvent): readonly Reaction[] {
  const correlationId = recorded.metadata.$correlationId;
  const event = currentEvent(recorded);
  const id = idOf(recorded.stream);
  switch (categoryOf(recorded.stream)) {
    case orders.category:
      return reactionsToOrder(event as OrderEvent, { orderId: orders.asId(id), eventId: recorded.id, correlationId });
    case inventory.category:
      return reactionsToInventory(event as InventoryEvent, { sku: inventory.asId(id), correlationId });
    case inventorySyncs.category:
      return reactionsToSync(event as SyncEvent, { eventId: recorded.id, correlationId });
    case privacy.category:
      return reactionsToPrivacy(event as PrivacyEvent, { keyId: id, correlationId });
    default:
      return [];
  }
}

/**
 * Every reservation carries its own durable time-out, so that not even one without an order stays for ever. An order has
 * one of its own besides: where placing it took so long that its reservations had lapsed, no other would end it.
 */
function reactionsToInventory(
  event: InventoryEvent,
  { sku, correlationId }: { sku: Sku; correlationId: string },
): readonly Reaction[] {
  if (event.type !== 'StockReserved') return [];
  const { orderId, expiresAt } = event.data;
  return [again(expiryOf(`${orderId}:${sku}`, expiresAt, { correlationId, orderId, sku }))];
}

function reactionsToSync(
  event: SyncEvent,
  { eventId, correlationId }: { eventId: string; correlationId: string },
): readonly Reaction[] {
  if (event.type !== 'InventorySyncFailed') return [];
  return [
    {
      key: `alert:${eventId}`,
      kind: 'alert',
      subject: event.data.syncId,
      payload: { correlationId, alertKind: 'inventory-sync-failed', facts: { error: event.data.error } },
    },
  ];
}

/** Only a receipt destroys a key. */
function reactionsToPrivacy(
  event: PrivacyEvent,
  { keyId, correlationId }: { keyId: string; correlationId: string },
): readonly Reaction[] {
  if (event.type !== 'PersonalDataErased') return [];
  return [{ key: `erase:${keyId}`, kind: 'erase', subject: keyId, payload: { correlationId } }];
}
