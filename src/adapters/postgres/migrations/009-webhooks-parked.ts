import type { Knex } from 'knex';

/**
 * Parked webhooks by what they name: each order looks for its own among them, and those of other systems on the same account
 * stay for ever. What is longer than an id, such as a payment in full, does not fit into an index.
 */
export const webhooksParked: Knex.Migration = { up, down };

async function up(db: Knex): Promise<void> {
  await db.raw(`
    create index webhooks_parked on portal.webhooks using gin ((array[
      left(payload #>> '{data,object,metadata,order_id}', 255),
      left(payload #>> '{data,object,id}', 255),
      left(payload #>> '{data,object,payment_intent}', 255),
      left(payload #>> '{data,object,payment_intent,id}', 255)])) with (fastupdate = off) where status = 'parked'
  `);
}

async function down(db: Knex): Promise<void> {
  await db.raw('drop index portal.webhooks_parked');
}
