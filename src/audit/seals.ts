import { sealStream } from '../commands/aggregates.js';
import type { RecordedEvent } from '../commands/event-store.js';
import type { LogSealed } from '../domain/seal/events.js';
import { isSegment, type Registered, type Segment } from './register.js';
import type { Signable } from './signing.js';

/** The event of a seal. */
export const sealType = 'LogSealed';

/** An event as a seal covers it: its place in its stream, its id, and the hash of all the rest. */
export function sealedForm({ stream, revision, type, id, metadata }: Omit<RecordedEvent, 'position'>): Registered {
  return new SealedForm(stream, Number(revision), type, id, metadata.hash);
}

/** A check holds thousands of them, and needs their texts for a moment and their identities hardly ever. */
class SealedForm implements Registered {
  constructor(
    readonly stream: string,
    readonly revision: number,
    readonly type: string,
    readonly eventId: string,
    private readonly hash: string,
  ) {}

  get text(): string {
    return JSON.stringify([this.stream, this.revision, this.eventId, this.hash]);
  }

  get identity(): string {
    return JSON.stringify([this.stream, this.eventId, this.hash]);
  }
}

/** What the signature of a seal is over: all of it but the signature. */
export function signedPart(seal: Omit<LogSealed, 'signature'>): Signable {
  const { signature: _, ...rest } = { signature: undefined, ...seal };
  return { type: sealType, ...rest };
}

/** Events under all seals up to this one. */
export function eventsUpTo(seal: LogSealed | null): number {
  return seal ? seal.eventsBefore + seal.events : 0;
}

/** @returns null for an event that is no seal, or a forged one that lacks what a seal has */
export function sealIn(event: Pick<RecordedEvent, 'stream' | 'type' | 'data'>): LogSealed | null {
  if (event.stream !== sealStream || event.type !== sealType) return null;
  const { data } = event;
  return isSegment(data) && isWhole(data) ? data : null;
}

function isWhole(data: Segment & Partial<Record<keyof LogSealed, unknown>>): data is LogSealed {
  return [data.number, data.eventsBefore].every(Number.isSafeInteger) && typeof data.upTo === 'string';
}
