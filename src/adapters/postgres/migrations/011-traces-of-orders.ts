import type { Knex } from 'knex';
import { longStatement } from '../../../projections/runtime/long-statement.js';

/**
 * What was received about an order, whatever has become of it: erasing a customer looks for it once per order, and without
 * these went through all that was ever received each time.
 */
export const tracesOfOrders: Knex.Migration = { up, down };

async function up(db: Knex): Promise<void> {
  await db.transaction(async (tx) => {
    await longStatement(tx, 'create index idempotency_keys_order on portal.idempotency_keys (order_id)');
    await longStatement(
      tx,
      `create index webhooks_spoken_of on portal.webhooks using gin ((array[
        left(payload #>> '{data,object,metadata,order_id}', 255),
        left(payload #>> '{data,object,id}', 255),
        left(payload #>> '{data,object,payment_intent}', 255),
        left(payload #>> '{data,object,payment_intent,id}', 255)]))`,
    );
  });
}

async function down(db: Knex): Promise<void> {
  await db.raw('drop index portal.webhooks_spoken_of; drop index portal.idempotency_keys_order;');
}
