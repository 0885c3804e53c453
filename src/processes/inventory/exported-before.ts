import { orders } from '../../commands/aggregates.js';
import {
  comparePositions,
  type EventStore,
  type Position,
  type RecordedEvent,
  unknownPosition,
} from '../../commands/event-store.js';
import { streamOf } from '../../commands/streams.js';
import type { OrderEvent } from '../../domain/order/events.js';
import type { OrderId } from '../../domain/shared/ids.js';

/** Of these orders the ones that were exported before a snapshot was requested. */
export type ExportedBefore = (orderIds: Iterable<OrderId>) => Promise<OrderId[]>;

/** When a snapshot was requested. */
export interface RequestMoment {
  /** The last event of the log then, null when there was none. */
  readonly logBefore: Position | null;
  /** ISO 8601, by the clock of who asked. */
  readonly requestedAt: string;
}

const exported: OrderEvent['type'] = 'OrderExported';

/**
 * Tells by the order of the log, which is one for all processes: their clocks may differ, and one that is ahead would
 * settle what the snapshot does not count out yet. Of a store that tells no positions the times have to do. Each order is
 * looked up once, however many SKUs it has.
 */
export function createExportedBefore(
  eventStore: Pick<EventStore, 'readStream'>,
  { logBefore, requestedAt }: RequestMoment,
): ExportedBefore {
  const known = new Map<OrderId, Promise<boolean>>();

  async function look(orderId: OrderId): Promise<boolean> {
    for await (const event of eventStore.readStream(streamOf(orders, orderId))) {
      if (!isBefore(event)) return false;
      if (event.type === exported) return true;
    }
    return false;
  }

  function isBefore({ position, metadata }: RecordedEvent): boolean {
    if (comparePositions(position, unknownPosition) === 0) return metadata.recordedAt < requestedAt;
    return logBefore !== null && comparePositions(position, logBefore) <= 0;
  }

  return async (orderIds) => {
    const found: OrderId[] = [];
    for (const orderId of orderIds) {
      const asked = known.get(orderId) ?? look(orderId);
      known.set(orderId, asked);
      if (await asked) found.push(orderId);
    }
    return found;
  };
}
