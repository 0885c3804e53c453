import type { Knex } from 'knex';
import { lockGenerations } from './live-generation.js';
import type { Projection } from './projection.js';

/**
 * Puts a projection that cannot be rebuilt before the first event. What its events ask for it asks for again, under the
 * same keys, which changes nothing where it was asked for before.
 */
export async function readAgain(db: Knex, { name }: Projection): Promise<void> {
  await db.transaction(async (tx) => {
    await lockGenerations(tx, name);
    await tx.raw(
      `update portal.projection_checkpoints set commit_position = null, prepare_position = null, last_stream = null,
         last_revision = null, last_hash = null, rewound_since = null, updated_at = now() where name = ?`,
      [name],
    );
  });
}
