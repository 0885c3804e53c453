import type { Knex } from 'knex';
import type { IdempotencyKeys } from '../../commands/ports.js';
import { erasedText } from '../../domain/shared/personal-data.js';

/** {@link IdempotencyKeys} in `portal.idempotency_keys`. The first request to insert the key wins. */
export function createIdempotencyKeys(db: Knex): IdempotencyKeys {
  return {
    async claim({ scope, key, bodyHash, orderId, at }) {
      const inserted = await db('portal.idempotency_keys')
        .insert({ scope, key, body_hash: bodyHash, order_id: orderId, created_at: at })
        .onConflict(['scope', 'key'])
        .ignore()
        .returning('order_id');
      if (inserted.length > 0) return { orderId, at };
      const known: { order_id: string; body_hash: string; created_at: Date } = await db('portal.idempotency_keys')
        .where({ scope, key })
        .first('order_id', 'body_hash', 'created_at');
      if (known.body_hash !== bodyHash) return 'other-body';
      return { orderId: known.order_id, at: known.created_at.toISOString() };
    },
    async erase(orderId) {
      await db('portal.idempotency_keys').where({ order_id: orderId }).update({ body_hash: erasedText });
    },
  };
}
