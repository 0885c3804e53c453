import {
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import type { EventStore, Position, SubscriptionMessage } from '../../commands/event-store.js';
import type { Connection } from './connection.js';
import { hearErrors } from './read.js';
import { toRecorded } from './recorded.js';

/** Events considered between two checkpoints: 32 (the server's window) x this. */
const checkpointInterval = 32;

/** {@link EventStore.subscribeToAll} over the client: one subscription, no reconnection. */
export function createSubscribeToAll(connection: Connection): EventStore['subscribeToAll'] {
  return async function* subscribeToAll({ prefixes, from, signal }) {
    const client = await connection.client();
    if (signal.aborted) return;
    const subscription = client.subscribeToAll({
      fromPosition: from ?? START,
      filter: streamNameFilter({
        prefixes: [...prefixes],
        checkpointInterval,
        // Pushed through the subscription itself, a marker keeps its place among the events before and after it.
        checkpointReached: (_, position) => void subscription.push({ marker: 'checkpoint', position }),
      }),
    });
    hearErrors(subscription);
    subscription.on('caughtUp', () => subscription.push({ marker: 'caught-up' }));
    const stop = () => void unsubscribe(subscription).then(() => subscription.destroy());
    signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const item of subscription as AsyncIterable<AllStreamResolvedEvent | Marker>) {
        const message = toMessage(item);
        if (message) yield message;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      await unsubscribe(subscription);
    }
    if (!signal.aborted) throw new Error('the subscription to $all ended');
  };
}

/** Ends a subscription, also one that never came to be. */
async function unsubscribe(subscription: AllStreamSubscription): Promise<void> {
  await subscription.unsubscribe().catch(() => undefined);
}

type Marker = { marker: 'checkpoint'; position: Position } | { marker: 'caught-up' };

function toMessage(item: AllStreamResolvedEvent | Marker): SubscriptionMessage | null {
  if ('marker' in item) {
    return item.marker === 'checkpoint' ? { kind: 'checkpoint', position: item.position } : { kind: 'caught-up' };
  }
  const event = toRecorded(item);
  return event ? { kind: 'event', event } : null;
}
