import type { Knex } from 'knex';
import type { EventStore } from '../../commands/event-store.js';
import { isThere, type LastRead, lastEvents } from './last-event.js';

/**
 * The event store does not have what has been read from it: it was put back to an older copy. What is appended to it now
 * can lie before the checkpoints, where nobody would see it.
 */
export class LogRewound extends Error {
  override readonly name = 'LogRewound';
  constructor(readonly projections: readonly LastRead[]) {
    super(`${wordsOf(projections)}: was the event store restored from an older copy?`);
  }
}

interface RewoundDeps {
  readonly db: Knex;
  readonly eventStore: Pick<EventStore, 'readStream'>;
}

/** Of which projections the last event is gone. */
export async function findRewound(deps: RewoundDeps): Promise<readonly LastRead[]> {
  const held = new Map<string, boolean>();
  const rewound: LastRead[] = [];
  for (const known of await lastEvents(deps.db)) {
    const { stream, revision, hash } = known.last;
    const key = `${stream} ${revision} ${hash}`;
    // Projections of one projector have mostly read the same event last.
    const there = held.get(key) ?? (await isThere(deps.eventStore, known.last));
    held.set(key, there);
    if (!there) rewound.push(known);
  }
  return rewound;
}

/** {@link noteRewound} for projections that cannot go on then. @throws LogRewound */
export async function assertNotRewound(deps: RewoundDeps, names: readonly string[]): Promise<void> {
  const rewound = (await noteRewound(deps)).filter(({ projection }) => names.includes(projection));
  if (rewound.length > 0) throw new LogRewound(rewound);
}

/** Looks for the last events of all projections, and notes for all processes which are gone: effects wait for it. */
export async function noteRewound(deps: RewoundDeps): Promise<readonly LastRead[]> {
  const rewound = await findRewound(deps);
  // A projection that was put before the first event meanwhile, or has read on, is not the one that was looked at.
  await deps.db.raw(
    `update portal.projection_checkpoints c
     set rewound_since = case when c.rewound_since is null then now() end
     from portal.projection_generations g
     where g.name = c.name and g.live = c.generation and (c.rewound_since is not null) <> exists (
       select from jsonb_to_recordset(?::jsonb) as gone (name text, stream text, revision numeric, hash text)
       where gone.name = c.name and gone.stream = c.last_stream and gone.revision = c.last_revision
         and gone.hash = c.last_hash)`,
    [
      JSON.stringify(
        rewound.map(({ projection: name, last }) => ({ name, ...last, revision: last.revision.toString() })),
      ),
    ],
  );
  return rewound;
}

/** What has been noted of live generations, in words; null when all is well. */
export async function rewoundInWords(db: Knex): Promise<string | null> {
  const rewound = await lastEvents(db, 'c.rewound_since is not null');
  return rewound.length > 0 ? wordsOf(rewound) : null;
}

function wordsOf(projections: readonly LastRead[]): string {
  const names = projections.map(({ projection }) => projection).join(', ');
  const events = new Set(projections.map(({ last }) => `${last.stream} #${last.revision}`));
  return `${[...events].join(', ')}, read by ${names}, is not in the event store as it was`;
}
