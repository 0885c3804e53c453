import { comparePositions, type EventStore, type Position } from '../../commands/event-store.js';
import type { OrderEvent } from '../../domain/order/events.js';

/** Of these orders the ones that were exported before a snapshot was requested. */
export type ExportedBefore = (orderIds: Iterable<string>) => Promise<string[]>;

const exported: OrderEvent['type'] = 'OrderExported';

/**
 * Tells by the order of the log, which is one for all processes: their clocks may differ, and one that is ahead would
 * settle what the snapshot does not count out yet. Each order is looked up once, however many SKUs it has.
 *
 * @param logBefore the last event when the snapshot was requested, null when there was none
 */
export function createExportedBefore(
  eventStore: Pick<EventStore, 'readStream'>,
  logBefore: Position | null,
): ExportedBefore {
  const known = new Map<string, Promise<boolean>>();

  async function look(orderId: string): Promise<boolean> {
    if (logBefore === null) return false;
    for await (const { type, position } of eventStore.readStream(`order-${orderId}`)) {
      if (comparePositions(position, logBefore) > 0) return false;
      if (type === exported) return true;
    }
    return false;
  }

  return async (orderIds) => {
    const found: string[] = [];
    for (const orderId of orderIds) {
      const asked = known.get(orderId) ?? look(orderId);
      known.set(orderId, asked);
      if (await asked) found.push(orderId);
    }
    return found;
  };
}
