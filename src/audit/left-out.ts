import type { Knex } from 'knex';
import { operations } from '../commands/aggregates.js';
import type { RecordedEvent } from '../commands/event-store.js';
import { isStreamOf } from '../commands/streams.js';
import type { OperationsEvent } from '../domain/operations/events.js';
import type { Findings } from './findings.js';

/**
 * Looks at the events that read models leave out: rows are compared without them, so each must have an operator on record
 * who skipped it.
 */
export interface LeftOutCheck {
  add(event: RecordedEvent): void;
  end(notes: string[]): void;
}

/** To be started before the head of the log is looked at: what is left out by then has been recorded up to it. */
export async function startLeftOutCheck({ db, findings }: { db: Knex; findings: Findings }): Promise<LeftOutCheck> {
  const { rows } = await db.raw<{ rows: { projection: string; event_id: string; stream: string }[] }>(
    'select projection, event_id, stream from portal.skipped_events order by skipped_at, event_id',
  );
  /** By projection and stream, how often it was skipped. */
  const recorded = new Map<string, number>();

  return {
    add(event) {
      if (event.type !== 'ParkedStreamSkipped' || !isStreamOf(operations, event.stream)) return;
      // Forged data can be anything.
      const { projection, stream } = (event.data ?? {}) as Partial<Skipped>;
      const key = keyOf(String(projection), String(stream));
      recorded.set(key, (recorded.get(key) ?? 0) + 1);
    },
    end(notes) {
      for (const { projection, event_id: eventId, stream } of rows) {
        const left = recorded.get(keyOf(projection, stream)) ?? 0;
        recorded.set(keyOf(projection, stream), left - 1);
        if (left > 0) continue;
        const detail = `${projection} leaves out an event of ${stream}, and no operator has skipped it`;
        const key = `${projection}/${eventId}`;
        findings.add({ kind: 'row', table: 'skipped_events', key, reason: 'unexpected', columns: [], detail });
      }
      if (rows.length > 0) notes.push(`${rows.length} events are left out of read models, which are compared without`);
    },
  };
}

type Skipped = Extract<OperationsEvent, { type: 'ParkedStreamSkipped' }>['data'];

function keyOf(projection: string, stream: string): string {
  return `${projection} ${stream}`;
}
