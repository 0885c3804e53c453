import type { Knex } from 'knex';

/**
 * A projection's first generation ever is live while it is still being filled: on a database that was lost, its rows are
 * short until it has caught up, and nobody could tell them from all there are. Later ones go live when they are full.
 */
export async function beginFirstFill(tx: Knex.Transaction, name: string, generation: number): Promise<void> {
  await tx.raw('update portal.projection_checkpoints set filling_since = now() where name = ? and generation = ?', [
    name,
    generation,
  ]);
}

/** These have caught up: they hold what there is. */
export async function endFirstFill(
  db: Knex,
  generations: readonly { name: string; generation: number }[],
): Promise<void> {
  await db.raw(
    `update portal.projection_checkpoints c set filling_since = null
     from jsonb_to_recordset(?::jsonb) as full_one (name text, generation int)
     where c.filling_since is not null and c.name = full_one.name and c.generation = full_one.generation`,
    [JSON.stringify(generations)],
  );
}

/** A generation that went live in place of one that was not full yet is not full either. */
export async function inheritFirstFill(tx: Knex.Transaction, name: string, from: number, to: number): Promise<void> {
  await tx.raw(
    `update portal.projection_checkpoints c set filling_since = live.filling_since
     from portal.projection_checkpoints live
     where c.name = ? and c.generation = ? and live.name = c.name and live.generation = ?`,
    [name, to, from],
  );
}

/** Which of these projections have no generation yet, or one that is not full. */
export async function notYetFull(db: Knex, names: readonly string[]): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { name: string }[] }>(
    `select wanted.name from unnest(?::text[]) as wanted (name)
     where not exists (select from portal.projection_generations g
       join portal.projection_checkpoints c on c.name = g.name and c.generation = g.live
       where g.name = wanted.name and c.filling_since is null) order by wanted.name`,
    [[...names]],
  );
  return rows.map(({ name }) => name);
}
