import { LRUCache } from 'lru-cache';
import type { DomainEvent } from '../domain/shared/event-schema.js';
import type { Aggregate } from './aggregate.js';
import { evolveRecorded } from './event-reading.js';
import type { EventStore, Position, RecordedEvent } from './event-store.js';
import { EventUnreadable } from './event-unreadable.js';

/** A stream folded up to its event of this revision, position and hash; all null before its first event. */
export interface FoldedStream<State> {
  readonly state: State;
  readonly revision: bigint | null;
  readonly position: Position | null;
  readonly hash: string | null;
  /** Of its first event. */
  readonly correlationId: string | null;
}

/** Folded streams in memory. What is remembered may be behind, and never ahead. */
export interface FoldedStreams {
  remembered<Event extends DomainEvent, State>(
    aggregate: Aggregate<never, Event, State>,
    stream: string,
  ): FoldedStream<State> | undefined;
  remember(stream: string, folded: FoldedStream<unknown>): void;
  /**
   * Reads what the stream has beyond `from` (by default what is remembered) and remembers the result.
   * @throws EventUnreadable, EventStoreUnavailable
   */
  refresh<Event extends DomainEvent, State>(
    aggregate: Aggregate<never, Event, State>,
    stream: string,
    from?: FoldedStream<State>,
  ): Promise<FoldedStream<State>>;
}

/** So that a busy SKU's long history is not read for each order. */
const rememberedStreams = 10_000;

/** @param eventStore reads opened events */
export function createFoldedStreams(eventStore: Pick<EventStore, 'readStream'>): FoldedStreams {
  const cache = new LRUCache<string, FoldedStream<unknown>>({ max: rememberedStreams });
  /** Streams of which nothing is remembered and that are being read. */
  const firstReads = new Map<string, Promise<unknown>>();

  return {
    remembered,
    remember: (stream, folded) => void cache.set(stream, folded),
    async refresh(aggregate, stream, from = remembered(aggregate, stream)) {
      if (from) return read(aggregate, stream, from);
      const underWay = firstReads.get(stream);
      if (underWay) {
        // Were a busy SKU's long history read for each who waits, none would have it for a long time.
        await underWay;
        return read(aggregate, stream, remembered(aggregate, stream) ?? unseen(aggregate));
      }
      const first = read(aggregate, stream, unseen(aggregate)).finally(() => firstReads.delete(stream));
      firstReads.set(stream, first);
      return first;
    },
  };

  /** The name of a stream says of which aggregate it is, and so what its state is. */
  function remembered<Event extends DomainEvent, State>(_: Aggregate<never, Event, State>, stream: string) {
    return cache.get(stream) as FoldedStream<State> | undefined;
  }

  async function read<Event extends DomainEvent, State>(
    aggregate: Aggregate<never, Event, State>,
    stream: string,
    from: FoldedStream<State>,
  ): Promise<FoldedStream<State>> {
    // An event store that was put back to an older copy does not have the past that is remembered.
    const folded = (await follow(aggregate, stream, from)) ?? (await follow(aggregate, stream, unseen(aggregate)));
    if (folded && folded.revision !== null) cache.set(stream, folded);
    else cache.delete(stream);
    return folded ?? unseen(aggregate);
  }

  /** @returns null when the event that `from` ends with is not there */
  async function follow<Event extends DomainEvent, State>(
    aggregate: Aggregate<never, Event, State>,
    stream: string,
    from: FoldedStream<State>,
  ): Promise<FoldedStream<State> | null> {
    let { state, revision, position, hash, correlationId } = from;
    let known = from.revision === null;
    for await (const event of eventStore.readStream(stream, { fromRevision: from.revision ?? 0n })) {
      if (!known) {
        if (event.metadata.hash !== from.hash) return null;
        known = true;
        continue;
      }
      state = evolveAny(aggregate, state, event);
      revision = event.revision;
      position = event.position;
      hash = event.metadata.hash;
      correlationId ??= event.metadata.$correlationId;
    }
    return known ? { state, revision, position, hash, correlationId } : null;
  }
}

/** A stream without events. */
export function unseen<Event extends DomainEvent, State>(
  aggregate: Aggregate<never, Event, State>,
): FoldedStream<State> {
  return { state: aggregate.decider.initial, revision: null, position: null, hash: null, correlationId: null };
}

/** @throws EventUnreadable where the aggregate does not bear it */
function evolveAny<Event extends DomainEvent, State>(
  aggregate: Aggregate<never, Event, State>,
  state: State,
  event: RecordedEvent,
): State {
  try {
    return evolveRecorded(aggregate.decider, state, event);
  } catch (error) {
    if (!aggregate.evolveUnreadable || !(error instanceof EventUnreadable)) throw error;
    return aggregate.evolveUnreadable(state, event.data);
  }
}
