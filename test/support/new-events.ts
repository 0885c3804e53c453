import { randomUUID } from 'node:crypto';
import type { EventStore, NewEvent, RecordedEvent, SubscriptionMessage } from '../../src/commands/event-store.js';

/** Events as the portal writes them, numbered in their data. */
export function newEvents(count: number, from = 0): NewEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    type: 'Counted',
    data: { n: from + index },
    metadata: {
      $correlationId: randomUUID(),
      $causationId: randomUUID(),
      actor: 'system:test',
      schemaVersion: 1,
      recordedAt: '2026-03-01T09:00:00.000Z',
      prevHash: null,
      hash: 'of-a-test',
    },
  }));
}

/** The numbers in events that `newEvents` made. */
export function counts(events: readonly { data: unknown }[]): number[] {
  return events.map(({ data }) => (data as { n: number }).n);
}

/** Follows `$all` until `enough` says so. */
export async function follow(
  store: EventStore,
  options: { prefixes: readonly string[]; from: RecordedEvent['position'] | null },
  enough: (messages: readonly SubscriptionMessage[]) => boolean,
): Promise<SubscriptionMessage[]> {
  const stop = new AbortController();
  const messages: SubscriptionMessage[] = [];
  for await (const message of store.subscribeToAll({ ...options, signal: stop.signal })) {
    messages.push(message);
    if (enough(messages)) stop.abort();
  }
  return messages;
}

export function eventsIn(messages: readonly SubscriptionMessage[]): RecordedEvent[] {
  return messages.flatMap((message) => (message.kind === 'event' ? [message.event] : []));
}
