import {
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import type { AllSubscription, EventStore, Position, SubscriptionMessage } from '../../commands/event-store.js';
import { within } from '../within.js';
import { lookOutForTheEnd, type Place } from './caught-up.js';
import type { Connection } from './connection.js';
import { hearErrors } from './read.js';
import { toRecorded } from './recorded.js';
import { watchSilence } from './silence.js';

/** Events considered between two checkpoints: 32 (the server's window) x this. */
const checkpointInterval = 32;

/** A store with nothing to tell stays silent: a subscription may be silent this many times longer than a read. */
const silences = 3;

/** A subscription that cannot be ended within this is left to the client, milliseconds. */
const endLimitMs = 1_000;

/**
 * {@link EventStore.subscribeToAll} over the client, without reconnection. A subscription that is silent is begun anew
 * where it was: nothing tells one that has nothing to say from one that the server has lost.
 */
export function createSubscribeToAll(
  connection: Connection,
  all: Pick<EventStore, 'head' | 'readAll'>,
): EventStore['subscribeToAll'] {
  return async function* subscribeToAll({ prefixes, from, signal }) {
    const place: Place = { position: from, caughtUp: false };
    while (!signal.aborted) {
      for await (const message of untilSilent({ connection, all }, place, { prefixes, signal })) {
        if (message.kind === 'event') place.position = message.event.position;
        if (message.kind === 'checkpoint') place.position = message.position;
        yield message;
      }
    }
  };
}

/** One subscription of the client. Returns when it is silent for too long and when `signal` aborts. */
async function* untilSilent(
  { connection, all }: { connection: Connection; all: Pick<EventStore, 'head' | 'readAll'> },
  place: Place,
  { prefixes, signal }: Omit<AllSubscription, 'from'>,
): AsyncGenerator<SubscriptionMessage> {
  const client = await connection.client();
  if (signal.aborted) return;
  const subscription = client.subscribeToAll({
    fromPosition: place.position ?? START,
    filter: streamNameFilter({
      prefixes: [...prefixes],
      checkpointInterval,
      // Pushed through the subscription itself, a marker keeps its place among the events before and after it.
      checkpointReached: (_, position) => void subscription.push({ marker: 'checkpoint', position }),
    }),
  });
  hearErrors(subscription);
  const tellCaughtUp = () => {
    if (!place.caughtUp) subscription.push({ marker: 'caught-up' });
    place.caughtUp = true;
  };
  subscription.on('caughtUp', tellCaughtUp);
  const lookout = lookOutForTheEnd(all, prefixes, place, tellCaughtUp);
  let stopped = false;
  const stop = () => {
    stopped = true;
    void unsubscribe(subscription).then(() => subscription.destroy());
  };
  signal.addEventListener('abort', stop, { once: true });
  let begun = false;
  subscription.once('confirmation', () => {
    begun = true;
  });
  const silence = watchSilence(silences * connection.silenceMs, () => {
    stop();
    // A subscription that has begun may just have nothing to tell; on a connection where none began, none will.
    if (!begun) connection.replace(client);
  });
  try {
    silence.begins();
    for await (const item of subscription as AsyncIterable<AllStreamResolvedEvent | Marker>) {
      silence.ends();
      const message = toMessage(item);
      if (message) yield message;
      silence.begins();
    }
  } catch (error) {
    if (!stopped) throw error;
  } finally {
    silence.close();
    lookout.close();
    signal.removeEventListener('abort', stop);
    await unsubscribe(subscription);
  }
  if (!stopped) throw new Error('the subscription to $all ended');
}

/** Ends a subscription, also one that never came to be: to end it the client waits for the server to begin it. */
async function unsubscribe(subscription: AllStreamSubscription): Promise<void> {
  await within(endLimitMs, subscription.unsubscribe()).catch(() => undefined);
}

type Marker = { marker: 'checkpoint'; position: Position } | { marker: 'caught-up' };

function toMessage(item: AllStreamResolvedEvent | Marker): SubscriptionMessage | null {
  if ('marker' in item) {
    return item.marker === 'checkpoint' ? { kind: 'checkpoint', position: item.position } : { kind: 'caught-up' };
  }
  const event = toRecorded(item);
  return event ? { kind: 'event', event } : null;
}
