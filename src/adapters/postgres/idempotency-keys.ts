import type { Knex } from 'knex';
import type { IdempotencyKeys } from '../../commands/ports.js';

/** {@link IdempotencyKeys} in `portal.idempotency_keys`. The first request to insert the key wins. */
export function createIdempotencyKeys(db: Knex): IdempotencyKeys {
  return {
    async claim({ scope, key, bodyHash, orderId }) {
      const inserted = await db('portal.idempotency_keys')
        .insert({ scope, key, body_hash: bodyHash, order_id: orderId })
        .onConflict(['scope', 'key'])
        .ignore()
        .returning('order_id');
      if (inserted.length > 0) return { orderId };
      const known: { order_id: string; body_hash: string } = await db('portal.idempotency_keys')
        .where({ scope, key })
        .first('order_id', 'body_hash');
      return known.body_hash === bodyHash ? { orderId: known.order_id } : 'other-body';
    },
  };
}
