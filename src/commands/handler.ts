import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Decision, isRejection, type Rejection } from '../domain/shared/decider.js';
import type { DomainEvent } from '../domain/shared/event-schema.js';
import type { Aggregate } from './aggregate.js';
import { envelope, eventId } from './event-envelope.js';
import { type EventStore, WrongExpectedRevision } from './event-store.js';
import { createFoldedStreams, type FoldedStream, unseen } from './folded-streams.js';
import type { Clock } from './ports.js';
import type { PersonalData } from './privacy/personal-data.js';
import { streamOf } from './streams.js';
import { createTurns } from './turns.js';
import type { CommandContext, Outcome } from './use-cases.js';

/** What a command left behind. `events` is empty when it had had its effect before. */
export interface Handled<Event, State> extends FoldedStream<State> {
  readonly rejected?: false;
  readonly events: readonly Event[];
  /** What the events were decided on. */
  readonly before: State;
}

export interface CommandHandler {
  /**
   * Loads the stream, decides, and appends at the exact expected revision; on a conflict reloads and decides again.
   *
   * @throws ConcurrencyExhausted after {@link maxDecisions} conflicts, EventStoreUnavailable, EventUnreadable
   */
  handle<Command, Event extends DomainEvent, State, Id extends string>(
    aggregate: Aggregate<Command, Event, State, Id>,
    id: NoInfer<Id>,
    command: Command,
    context: CommandContext,
    options?: HandleOptions,
  ): Promise<Handled<Event, State> | Rejection>;
  /** Folds the stream as it is now. @throws EventUnreadable, EventStoreUnavailable */
  load<Event extends DomainEvent, State, Id extends string>(
    aggregate: Aggregate<never, Event, State, Id>,
    id: NoInfer<Id>,
  ): Promise<FoldedStream<State>>;
}

interface HandleOptions {
  /** The stream most likely does not exist: decide without reading it. A wrong guess costs a conflict, nothing else. */
  readonly assumeNew?: boolean;
  /** Decide only while the stream's last event has one of these revisions. @throws RevisionMismatch otherwise */
  readonly onlyAt?: readonly bigint[] | undefined;
}

/** The outcome of a use case that consists in one command. */
export function outcomeOf<Value>(handled: Handled<unknown, unknown> | Rejection, value: Value): Outcome<Value> {
  return isRejection(handled) ? handled : { value, position: handled.position };
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

export function createCommandHandler(deps: {
  /** Reads opened events. */
  eventStore: EventStore;
  personalData: Pick<PersonalData, 'protecting'>;
  clock: Clock;
}): CommandHandler {
  const foldedStreams = createFoldedStreams(deps.eventStore);
  const inTurn = createTurns();

  return {
    load: (aggregate, id) => foldedStreams.refresh(aggregate, streamOf(aggregate, id)),
    handle(aggregate, id, command, context, options = {}) {
      const stream = streamOf(aggregate, id);
      return inTurn(stream, () => decideAndAppend(aggregate, stream, command, context, options));
    },
  };

  async function decideAndAppend<Command, Event extends DomainEvent, State>(
    aggregate: Aggregate<Command, Event, State>,
    stream: string,
    command: Command,
    context: CommandContext,
    { assumeNew = false, onlyAt }: HandleOptions,
  ): Promise<Handled<Event, State> | Rejection> {
    const commandId = randomUUID();
    const remembered = foldedStreams.remembered(aggregate, stream) ?? (assumeNew ? unseen(aggregate) : undefined);
    let folded = remembered ?? (await foldedStreams.refresh(aggregate, stream));
    let upToDate = remembered === undefined;
    for (let conflicts = 0; conflicts < maxDecisions; ) {
      const decided = isAt(folded, onlyAt) ? aggregate.decider.decide(command, folded.state) : elsewhere;
      if (isChange(decided)) {
        const handled = await append(aggregate, stream, folded, decided, commandId, context);
        if (handled) return handled;
        conflicts += 1;
        await sleep(Math.random() * conflictPauseMs * 2 ** conflicts);
      } else if (upToDate) {
        return unchanged(stream, folded, decided);
      }
      // A remembered state may be behind; only an up-to-date one may refuse or have nothing to add.
      folded = await foldedStreams.refresh(aggregate, stream, folded);
      upToDate = true;
    }
    throw new ConcurrencyExhausted(stream);
  }

  /** @returns null when the stream has moved on meanwhile */
  async function append<Command, Event extends DomainEvent, State>(
    aggregate: Aggregate<Command, Event, State>,
    stream: string,
    folded: FoldedStream<State>,
    decided: readonly Event[],
    commandId: string,
    context: CommandContext,
  ): Promise<Handled<Event, State> | null> {
    const recordedAt = deps.clock.now().toISOString();
    const identified = decided.map((event, index) => ({ ...event, id: eventId(commandId, index) }));
    try {
      const { revision, position, hash } = await deps.personalData.protecting(stream, identified, async (stored) => {
        const events = envelope(stored, { commandId, context, recordedAt, prevHash: folded.hash });
        const appended = await deps.eventStore.append(stream, events, folded.revision ?? 'no_stream');
        return { ...appended, hash: events.at(-1)?.metadata.hash ?? null };
      });
      const state = decided.reduce((next, event) => aggregate.decider.evolve(next, event), folded.state);
      const correlationId = folded.correlationId ?? context.correlationId;
      const remembered = { state, revision, position, hash, correlationId };
      foldedStreams.remember(stream, remembered);
      return { ...remembered, before: folded.state, events: decided };
    } catch (error) {
      if (error instanceof WrongExpectedRevision) return null;
      throw error;
    }
  }
}

/** In the place of a decision: the stream is not at a revision the caller asked for. */
const elsewhere = Symbol('elsewhere');

function isAt({ revision }: FoldedStream<unknown>, revisions: readonly bigint[] | undefined): boolean {
  return revisions === undefined || (revision !== null && revisions.includes(revision));
}

type Decided<Event> = typeof elsewhere | Decision<Event>;

function isChange<Event>(decided: Decided<Event>): decided is readonly Event[] {
  return decided !== elsewhere && !isRejection(decided) && decided.length > 0;
}

/** What is answered when nothing is written. @throws RevisionMismatch */
function unchanged<Event, State>(
  stream: string,
  folded: FoldedStream<State>,
  decided: Decided<Event>,
): Handled<Event, State> | Rejection {
  if (decided === elsewhere) throw new RevisionMismatch(stream);
  return isRejection(decided) ? decided : { ...folded, before: folded.state, events: [] };
}
