import { personalMembers } from '../../domain/event-catalogue.js';
import type { DomainEvent } from '../../domain/shared/event-schema.js';
import { type RecordedEvent, storedData } from '../event-store.js';
import { BoxUnreadable } from './box.js';
import { type EncryptedMember, encryptMember, isEncrypted, openMember } from './encrypted-member.js';
import type { DataKey, PersonalKeys } from './keys.js';

/** A decided event whose id is settled. */
interface IdentifiedEvent extends DomainEvent {
  readonly id: string;
}

/** Keeps the personal members of events encrypted in the store and readable to the portal. */
export interface PersonalData {
  /**
   * Calls `append` with the events as they are to be stored. Events without personal members pass as they are, and cost
   * nothing.
   */
  protecting<Value>(
    stream: string,
    events: readonly IdentifiedEvent[],
    append: (stored: readonly DomainEvent[]) => Promise<Value>,
  ): Promise<Value>;
  /**
   * The same events with their personal members readable, or as erased. All keys are looked up in one query, each time:
   * no key stays in memory, so that an erasure counts everywhere at once. A member that cannot be opened stays as it is
   * and the event says why in `unreadable`. Members recorded in plain text, before they were encrypted, stay as they are.
   */
  open(events: readonly RecordedEvent[]): Promise<readonly RecordedEvent[]>;
}

export function createPersonalData(keys: PersonalKeys): PersonalData {
  return {
    async protecting(stream, events, append) {
      const subject = subjectOf(events);
      if (subject === null) return append(events);
      return keys.using(subject, (key) => append(events.map((event) => encrypted(stream, event, key))));
    },
    async open(events) {
      const wanted = new Set<string>();
      for (const event of events) for (const [, { key }] of encryptedMembers(event)) wanted.add(key);
      if (wanted.size === 0) return events;
      const found = await keys.find([...wanted]);
      return events.map((event) => opened(event, found));
    },
  };
}

/** The personal members of an event that are encrypted in it, by name. */
export function encryptedMembers({ type, data }: Pick<RecordedEvent, 'type' | 'data'>): readonly EncryptedEntry[] {
  const personal = personalMembers(type);
  if (!personal || typeof data !== 'object' || data === null) return none;
  return Object.keys(personal.erased).flatMap((name) => {
    const value = (data as Record<string, unknown>)[name];
    return isEncrypted(value) ? [[name, value] satisfies EncryptedEntry] : [];
  });
}

type EncryptedEntry = readonly [name: string, member: EncryptedMember];

/** Of nearly every event that is read. */
const none: readonly EncryptedEntry[] = [];

/** Id of the key that an event's personal members are, or were before they were opened, encrypted with. */
export function personalKeyOf({ type, ...event }: RecordedEvent): string | null {
  return encryptedMembers({ type, data: storedData(event) })[0]?.[1].key ?? null;
}

function subjectOf(events: readonly DomainEvent[]): string | null {
  const subjects = new Set(events.flatMap(({ type, data }) => personalMembers(type)?.subject(data) ?? []));
  if (subjects.size > 1) throw new TypeError('one command records the data of one person');
  return [...subjects][0] ?? null;
}

function encrypted(stream: string, { id: eventId, type, data }: IdentifiedEvent, key: DataKey): DomainEvent {
  const names = Object.keys(personalMembers(type)?.erased ?? {});
  const plain = data as Record<string, unknown>;
  const members = names
    .filter((member) => plain[member] !== undefined)
    .map((member) => [member, encryptMember(key, plain[member], { stream, eventId, type, member })]);
  return { type, data: members.length > 0 ? { ...plain, ...Object.fromEntries(members) } : data };
}

function opened(event: RecordedEvent, keys: ReadonlyMap<string, DataKey | 'erased'>): RecordedEvent {
  const { stream, id: eventId, type, data: stored } = event;
  const erased = personalMembers(type)?.erased ?? {};
  const members: Record<string, unknown> = {};
  for (const [member, value] of encryptedMembers(event)) {
    const key = keys.get(value.key);
    if (key === undefined) return { ...event, unreadable: `the key ${value.key} of its ${member} is lost` };
    try {
      members[member] = key === 'erased' ? erased[member] : openMember(key, value, { stream, eventId, type, member });
    } catch (error) {
      if (!(error instanceof BoxUnreadable)) throw error;
      return { ...event, unreadable: `its ${member} cannot be opened: ${error.message}` };
    }
  }
  return Object.keys(members).length > 0
    ? { ...event, data: { ...(stored as Record<string, unknown>), ...members }, stored }
    : event;
}
