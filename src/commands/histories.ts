import type { Order } from '../domain/order/state.js';
import type { DomainEvent } from '../domain/shared/event-schema.js';
import type { Aggregate } from './aggregate.js';
import { inventory, orders } from './aggregates.js';
import { evolveRecorded, shownEvent } from './event-reading.js';
import type { EventStore, RecordedEvent, StreamRead } from './event-store.js';
import { firstChainFault } from './hash-chain.js';
import { streamOf } from './streams.js';
import type { AsOf, Histories, OrderHistory, Past } from './use-cases.js';

/** Histories straight from the streams, each checked against its hash chain. */
export function createHistories(eventStore: Pick<EventStore, 'readStream'>): Histories {
  return {
    async orderHistory(orderId) {
      const events = await eventsOf(streamOf(orders, orderId));
      return events.length === 0 ? null : { orderId, ...shown(events, null) };
    },
    orderAsOf: async (orderId, asOf) =>
      (await stateAsOf(orders, orderId, asOf)) ?? (asOf && 'time' in asOf ? asPlaced(orderId, asOf.time) : null),
    async inventoryHistory(sku, { after, limit }) {
      // The event before the page is read as well, since its chain goes on from there, and the one behind it.
      const read = after === null ? { maxCount: limit + 1 } : { fromRevision: BigInt(after), maxCount: limit + 2 };
      const events = await eventsOf(streamOf(inventory, sku), read);
      const before = after === null ? null : (events.shift() ?? null);
      const page = events.slice(0, limit);
      return page.length === 0 ? null : { sku, ...shown(page, before), more: events.length > limit };
    },
    inventoryAsOf: (sku, asOf) => stateAsOf(inventory, sku, asOf),
  };

  async function eventsOf(stream: string, options: StreamRead = {}) {
    const events: RecordedEvent[] = [];
    for await (const event of eventStore.readStream(stream, options)) events.push(event);
    return events;
  }

  /** An order is there from when it was placed, which is recorded a moment later. */
  async function asPlaced(orderId: string, time: string): Promise<Past<Order> | null> {
    const placed = await stateAsOf(orders, orderId, { revision: 0 });
    return placed && placed.state.placedAt <= time ? placed : null;
  }

  async function stateAsOf<Event extends DomainEvent, State>(
    aggregate: Aggregate<never, Event, State>,
    id: string,
    asOf: AsOf | undefined,
  ): Promise<Past<NonNullable<State>> | null> {
    let state = aggregate.decider.initial;
    let last: RecordedEvent | null = null;
    for await (const event of eventStore.readStream(streamOf(aggregate, id))) {
      if (asOf && isAfter(event, asOf)) break;
      state = evolveRecorded(aggregate.decider, state, event);
      last = event;
    }
    if (!last || state === null || state === undefined) return null;
    if (asOf && 'revision' in asOf && Number(last.revision) !== asOf.revision) return null;
    return { state, revision: Number(last.revision), recordedAt: last.metadata.recordedAt };
  }
}

function isAfter(event: RecordedEvent, asOf: AsOf): boolean {
  return 'revision' in asOf ? event.revision > asOf.revision : event.metadata.recordedAt > asOf.time;
}

function shown(events: readonly RecordedEvent[], before: RecordedEvent | null): Omit<OrderHistory, 'orderId'> {
  const found = firstChainFault(events, before);
  const fault = found && { fault: { revision: Number(found.revision), reason: found.detail } };
  return { events: events.map(toEntry), verified: found === null, ...fault };
}

function toEntry(event: RecordedEvent): OrderHistory['events'][number] {
  const { recordedAt, actor, $correlationId, $causationId, hash } = event.metadata;
  return {
    revision: Number(event.revision),
    type: event.type,
    ...shownEvent(event),
    recordedAt,
    actor,
    correlationId: $correlationId,
    causationId: $causationId,
    hash,
  };
}
