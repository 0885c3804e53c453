import { orders } from './aggregates.js';
import { currentEvent } from './event-envelope.js';
import type { EventStore, RecordedEvent } from './event-store.js';
import { firstChainFault } from './hash-chain.js';
import type { Histories, OrderHistory } from './use-cases.js';

/** Histories straight from the streams, each checked against its hash chain. */
export function createHistories(eventStore: EventStore): Histories {
  return {
    async orderHistory(orderId) {
      const events: RecordedEvent[] = [];
      for await (const event of eventStore.readStream(`${orders.category}-${orderId}`)) events.push(event);
      if (events.length === 0) return null;
      return { orderId, events: events.map(toEntry), verified: firstChainFault(events) === null };
    },
  };
}

function toEntry(event: RecordedEvent): OrderHistory['events'][number] {
  const { recordedAt, actor, $correlationId, $causationId, hash } = event.metadata;
  return {
    revision: Number(event.revision),
    type: event.type,
    data: currentEvent(event).data,
    recordedAt,
    actor,
    correlationId: $correlationId,
    causationId: $causationId,
    hash,
  };
}
