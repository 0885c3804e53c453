import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { type Decider, isRejection, type Rejection } from '../domain/shared/decider.js';
import type { DomainEvent } from '../domain/shared/event-schema.js';
import { envelope, eventId, evolveRecorded } from './event-envelope.js';
import { type EventStore, type Position, type RecordedEvent, WrongExpectedRevision } from './event-store.js';
import { EventUnreadable } from './event-unreadable.js';
import type { Clock } from './ports.js';
import type { PersonalData } from './privacy/personal-data.js';
import type { CommandContext } from './use-cases.js';

/** A decider and the stream category its instances live in: `{category}-{id}`. */
export interface Aggregate<Command, Event extends DomainEvent, State> {
  readonly category: string;
  readonly decider: Decider<Command, Event, State>;
  /**
   * What an event that cannot be read or applied leaves of the state, for streams that must go on in spite of it: the
   * record of what was done, of which later commands need little. Without it such an event stops the stream.
   */
  evolveUnreadable?(state: State, data: unknown): State;
}

/** A stream folded. `revision` and `position` are those of its last event, null for a stream without events. */
export interface Loaded<State> {
  readonly state: State;
  readonly revision: bigint | null;
  readonly position: Position | null;
}

/** What a command left behind. `events` is empty when it had had its effect before. */
export interface Handled<Event, State> extends Loaded<State> {
  readonly rejected?: false;
  readonly events: readonly Event[];
}

export interface CommandHandler {
  /**
   * Loads the stream, decides, and appends at the exact expected revision; on a conflict reloads and decides again.
   *
   * @throws ConcurrencyExhausted after {@link maxDecisions} conflicts, EventStoreUnavailable, EventUnreadable
   */
  handle<Command, Event extends DomainEvent, State>(
    aggregate: Aggregate<Command, Event, State>,
    id: string,
    command: Command,
    context: CommandContext,
    options?: HandleOptions,
  ): Promise<Handled<Event, State> | Rejection>;
  /** Folds the stream as it is now. @throws EventUnreadable, EventStoreUnavailable */
  load<Event extends DomainEvent, State>(aggregate: Aggregate<never, Event, State>, id: string): Promise<Loaded<State>>;
}

export interface HandleOptions {
  /** The stream most likely does not exist: decide without reading it. A wrong guess costs a conflict, nothing else. */
  readonly assumeNew?: boolean;
  /** Decide only while the stream's last event has one of these revisions. @throws RevisionMismatch otherwise */
  readonly onlyAt?: readonly bigint[];
}

/** The stream is not at a revision the caller asked for; nothing was written. */
export class RevisionMismatch extends Error {
  override readonly name = 'RevisionMismatch';
  constructor(readonly stream: string) {
    super(`stream ${stream} is at another revision`);
  }
}

/** The stream kept moving while this command was decided; nothing was written, and it may be sent again. */
export class ConcurrencyExhausted extends Error {
  override readonly name = 'ConcurrencyExhausted';
  constructor(readonly stream: string) {
    super(`stream ${stream} changed ${maxDecisions} times while a command was being decided`);
  }
}

/** Within one process commands on a stream queue up, so only other processes conflict: eight is already a crowd. */
const maxDecisions = 8;
const conflictPauseMs = 5;
/** Folded streams kept in memory, so that a busy SKU's long history is not read for each order. */
const cachedStreams = 10_000;

export function createCommandHandler(deps: {
  /** Reads opened events. */
  eventStore: EventStore;
  personalData: Pick<PersonalData, 'protecting'>;
  clock: Clock;
}): CommandHandler {
  const cache = new LRUCache<string, Snapshot>({ max: cachedStreams });
  const turns = new Map<string, Promise<unknown>>();

  return { handle, load };

  async function load<Event extends DomainEvent, State>(
    aggregate: Aggregate<never, Event, State>,
    id: string,
  ): Promise<Loaded<State>> {
    const { state, revision, position } = await refresh(aggregate, `${aggregate.category}-${id}`);
    return { state: state as State, revision, position };
  }

  async function handle<Command, Event extends DomainEvent, State>(
    aggregate: Aggregate<Command, Event, State>,
    id: string,
    command: Command,
    context: CommandContext,
    { assumeNew = false, onlyAt }: HandleOptions = {},
  ): Promise<Handled<Event, State> | Rejection> {
    const stream = `${aggregate.category}-${id}`;
    return inTurn(stream, async () => {
      const commandId = randomUUID();
      const remembered = cache.get(stream) ?? (assumeNew ? unseen(aggregate) : undefined);
      let snapshot = remembered ?? (await refresh(aggregate, stream));
      let fresh = remembered === undefined;
      for (let decision = 1; decision <= maxDecisions; decision += 1) {
        if (!isAt(snapshot, onlyAt)) {
          if (!fresh) snapshot = await refresh(aggregate, stream);
          fresh = true;
          if (!isAt(snapshot, onlyAt)) throw new RevisionMismatch(stream);
        }
        const outcome = aggregate.decider.decide(command, snapshot.state as State);
        if (isRejection(outcome) || outcome.length === 0) {
          // A remembered state may be behind; only an up-to-date one may refuse or have nothing to add.
          const latest = fresh ? snapshot : await refresh(aggregate, stream);
          if (latest.revision !== snapshot.revision) {
            snapshot = latest;
            fresh = true;
            continue;
          }
          if (isRejection(outcome)) return outcome;
          const { revision, position } = snapshot;
          return { state: snapshot.state as State, revision, position, events: [] };
        }
        try {
          return await append(aggregate, stream, snapshot, outcome, commandId, context);
        } catch (error) {
          cache.delete(stream);
          if (!(error instanceof WrongExpectedRevision)) throw error;
          await sleep(Math.random() * conflictPauseMs * 2 ** decision);
          snapshot = await refresh(aggregate, stream, snapshot);
          fresh = true;
        }
      }
      throw new ConcurrencyExhausted(stream);
    });
  }

  async function append<Command, Event extends DomainEvent, State>(
    aggregate: Aggregate<Command, Event, State>,
    stream: string,
    snapshot: Snapshot,
    decided: readonly Event[],
    commandId: string,
    context: CommandContext,
  ): Promise<Handled<Event, State>> {
    const recordedAt = deps.clock.now().toISOString();
    const identified = decided.map((event, index) => ({ ...event, id: eventId(commandId, index) }));
    const { revision, position, hash } = await deps.personalData.protecting(stream, identified, async (stored) => {
      const events = envelope(stored, { commandId, context, recordedAt, prevHash: snapshot.hash });
      const appended = await deps.eventStore.append(stream, events, snapshot.revision ?? 'no_stream');
      return { ...appended, hash: events.at(-1)?.metadata.hash ?? null };
    });
    const state = decided.reduce((folded, event) => aggregate.decider.evolve(folded, event), snapshot.state as State);
    cache.set(stream, { state, revision, position, hash });
    return { state, revision, events: decided, position };
  }

  /** Reads what the stream has beyond `from` (by default the remembered state) and remembers the result. */
  async function refresh<Event extends DomainEvent, State>(
    aggregate: Aggregate<never, Event, State>,
    stream: string,
    from: Snapshot = cache.get(stream) ?? unseen(aggregate),
  ): Promise<Snapshot> {
    // An event store that was put back to an older copy has not the past that is remembered.
    const snapshot = (await follow(aggregate, stream, from)) ?? (await follow(aggregate, stream, unseen(aggregate)));
    if (snapshot && snapshot.revision !== null) cache.set(stream, snapshot);
    else cache.delete(stream);
    return snapshot ?? unseen(aggregate);
  }

  /** @returns null when the event that `from` ends with is not there */
  async function follow<Event extends DomainEvent, State>(
    aggregate: Aggregate<never, Event, State>,
    stream: string,
    from: Snapshot,
  ): Promise<Snapshot | null> {
    let { state, revision, position, hash } = from;
    let known = from.revision === null;
    for await (const event of deps.eventStore.readStream(stream, { fromRevision: from.revision ?? 0n })) {
      if (!known) {
        if (event.metadata.hash !== from.hash) return null;
        known = true;
        continue;
      }
      state = evolveAny(aggregate, state as State, event);
      revision = event.revision;
      position = event.position;
      hash = event.metadata.hash;
    }
    return known ? { state, revision, position, hash } : null;
  }

  async function inTurn<Value>(stream: string, work: () => Promise<Value>): Promise<Value> {
    const turn = (turns.get(stream) ?? Promise.resolve()).then(work, work);
    turns.set(stream, turn);
    try {
      return await turn;
    } finally {
      if (turns.get(stream) === turn) turns.delete(stream);
    }
  }
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

interface Snapshot {
  readonly state: unknown;
  readonly revision: bigint | null;
  readonly position: Position | null;
  readonly hash: string | null;
}

function isAt({ revision }: Snapshot, revisions: readonly bigint[] | undefined): boolean {
  return revisions === undefined || (revision !== null && revisions.includes(revision));
}

function unseen<Event extends DomainEvent, State>(aggregate: Aggregate<never, Event, State>): Snapshot {
  return { state: aggregate.decider.initial, revision: null, position: null, hash: null };
}
