import { hash } from 'node:crypto';
import type { Knex } from 'knex';
import type { IdempotencyKeys } from '../../commands/ports.js';
import type { OrderId } from '../../domain/shared/ids.js';
import { erasedText } from '../../domain/shared/personal-data.js';

/** {@link IdempotencyKeys} in `portal.idempotency_keys`. The first request to insert the key wins. */
export function createIdempotencyKeys(db: Knex): IdempotencyKeys {
  return {
    async claim({ scope, key, bodyHash, orderId, at }) {
      const forgotten = erasedKey(scope, key);
      const { rows: inserted } = await db.raw<{ rows: unknown[] }>(
        `insert into portal.idempotency_keys (scope, key, body_hash, order_id, created_at)
         select :scope, :key, :bodyHash, :orderId, :at::timestamptz
         where not exists (select from portal.idempotency_keys where scope = :scope and key = :forgotten)
         on conflict (scope, key) do nothing returning 1`,
        { scope, key, bodyHash, orderId, at, forgotten },
      );
      if (inserted.length > 0) return { orderId, at };
      const known: { order_id: OrderId; body_hash: string; created_at: Date } = await db('portal.idempotency_keys')
        .where({ scope })
        .whereIn('key', [key, forgotten])
        .first('order_id', 'body_hash', 'created_at');
      if (known.body_hash !== bodyHash) return 'other-body';
      return { orderId: known.order_id, at: known.created_at.toISOString() };
    },
    async erase(orderId) {
      const rows: { scope: string; key: string }[] = await db('portal.idempotency_keys')
        .where({ order_id: orderId })
        .select('scope', 'key');
      for (const { scope, key } of rows) {
        const forgotten = erasedForm.test(key) ? key : erasedKey(scope, key);
        await db('portal.idempotency_keys').where({ scope, key }).update({ key: forgotten, body_hash: erasedText });
      }
    },
  };
}

const erasedPrefix = `${erasedText}:`;
const erasedForm = new RegExp(`^${erasedPrefix}[0-9a-f]{64}$`);

/** A key that says nothing of whoever chose it, and is known again when it comes again: a refund must not be made twice. */
function erasedKey(scope: string, key: string): string {
  return `${erasedPrefix}${hash('sha256', `${scope}\n${key}`)}`;
}
