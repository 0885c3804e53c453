import { randomUUID } from 'node:crypto';
import { sealedPrefixes, sealStream } from '../commands/aggregates.js';
import { envelope } from '../commands/event-envelope.js';
import {
  comparePositions,
  type EventStore,
  formatPosition,
  type Position,
  parsePosition,
  type RecordedEvent,
  WrongExpectedRevision,
} from '../commands/event-store.js';
import type { Clock } from '../commands/ports.js';
import type { CommandContext } from '../commands/use-cases.js';
import type { LogSealed } from '../domain/seal/events.js';
import { createSegmentWriter, type Segment } from './register.js';
import { eventsUpTo, sealedForm, sealIn, sealType, signedPart } from './seals.js';
import type { Signer, Verifier } from './signing.js';

export interface SealDeps {
  readonly eventStore: EventStore;
  readonly signer: Signer;
  /** Knows the signer's key and the ones it had before. */
  readonly verifier: Verifier;
  readonly clock: Clock;
}

export interface SealRun {
  /** Seals written by this run, and the events under them. */
  readonly seals: number;
  readonly events: number;
  /** The last seal there is now. */
  readonly last: LogSealed | null;
  /** The revision, in the stream of seals, of what stood behind the last seal and is none; null when nothing did. */
  readonly stray: bigint | null;
}

/** A seal is not as this portal made it, or is gone. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/** Somebody else seals at the same time: their seals are as good, so after this many the run leaves it to them. */
const maxConflicts = 5;
/** Events behind the last seal that are none; more of them are for people to look at first. */
const maxStrays = 100;

/**
 * Seals everything recorded since the last seal, up to the present end of the log. Each seal is one event in the stream
 * `seal-all`, appended at the exact revision after the one it continues: of two sealers at once one is refused, and
 * carries on from the other's seal. A crash before an append leaves nothing behind, so the next run seals the same events.
 *
 * @param signal ends the run after the seal that is being made
 * @throws SealBroken, EventStoreUnavailable
 */
export async function sealLog(deps: SealDeps, context: CommandContext, signal?: AbortSignal): Promise<SealRun> {
  let seals = 0;
  let events = 0;
  for (let conflict = 0; ; conflict += 1) {
    const before = await lastSeal(deps);
    try {
      let last = before;
      for await (const sealed of sealsAfter(deps, before, context)) {
        last = sealed;
        seals += 1;
        events += sealed.seal.events;
        if (signal?.aborted) break;
      }
      return { seals, events, last: last?.seal ?? null, stray: before?.stray ?? null };
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision) || conflict === maxConflicts) throw error;
    }
  }
}

/** The last seal, and where the stream of seals ends; null before the first one. @throws SealBroken */
export async function lastSeal({ eventStore, verifier }: Pick<SealDeps, 'eventStore' | 'verifier'>) {
  const end = await eventStore.last(sealStream);
  let event = end;
  let seal = event && sealIn(event);
  // What somebody else has written there seals nothing, and keeps nothing from being sealed.
  for (let strays = 1; event && !seal; strays += 1) {
    if (event.revision === 0n || strays > maxStrays)
      throw new SealBroken(`${sealStream} #${event.revision} is no seal`);
    event = await eventAt(eventStore, event.revision - 1n);
    seal = event && sealIn(event);
  }
  if (!end || !event || !seal) return null;
  // A seal by a key that is not known here any more is taken as it is: `audit verify` asks for that key.
  if (verifier.verify(signedPart(seal), seal.signature) === 'invalid') {
    throw new SealBroken(`seal ${seal.number} (${sealStream} #${event.revision}) is not as it was signed`);
  }
  const stray = end === event ? null : end.revision;
  return { seal, revision: end.revision, hash: event.metadata.hash, stray };
}

async function eventAt(eventStore: EventStore, revision: bigint): Promise<RecordedEvent | null> {
  for await (const event of eventStore.readStream(sealStream, { fromRevision: revision, maxCount: 1 })) return event;
  return null;
}

type Link = NonNullable<Awaited<ReturnType<typeof lastSeal>>>;

async function* sealsAfter(deps: SealDeps, before: Link | null, context: CommandContext): AsyncGenerator<Link> {
  const { eventStore } = deps;
  const head = await eventStore.head();
  if (!head) return;
  const from = before && parsePosition(before.seal.upTo);
  const writer = createSegmentWriter(before?.seal.digest ?? null);
  let link = before;
  let upTo: Position | null = null;
  const append = async (segment: Segment, position: Position) => {
    link = await appendSeal(deps, link, segment, position, context);
    return link;
  };
  for await (const event of eventStore.readAll({ prefixes: sealedPrefixes, from })) {
    if (comparePositions(event.position, head) > 0) break;
    upTo = event.position;
    const segment = writer.add(sealedForm(event));
    if (segment) yield await append(segment, upTo);
  }
  const rest = writer.flush();
  if (rest && upTo) yield await append(rest, upTo);
}

async function appendSeal(
  { eventStore, signer, clock }: SealDeps,
  before: Link | null,
  segment: Segment,
  upTo: Position,
  context: CommandContext,
): Promise<Link> {
  const sealedAt = clock.now().toISOString();
  const unsigned = {
    number: (before?.seal.number ?? 0) + 1,
    upTo: formatPosition(upTo),
    eventsBefore: eventsUpTo(before?.seal ?? null),
    ...segment,
    streams: [...segment.streams],
    order: [...segment.order],
    sealedAt,
  };
  const seal: LogSealed = { ...unsigned, signature: signer.sign(signedPart(unsigned)) };
  // A new id each time: were it made of the number, the store would take another sealer's seal for a repetition of this.
  const events = envelope([{ type: sealType, data: seal }], {
    commandId: randomUUID(),
    context,
    recordedAt: sealedAt,
    prevHash: before?.hash ?? null,
  });
  const { revision } = await eventStore.append(sealStream, events, before?.revision ?? 'no_stream');
  return { seal, revision, hash: hashOf(events), stray: null };
}

function hashOf(events: readonly Pick<RecordedEvent, 'metadata'>[]): string {
  const last = events.at(-1);
  if (!last) throw new TypeError('a seal is one event');
  return last.metadata.hash;
}
