import { Type } from 'typebox';
import { choice, Instant, NullableInstant, nullableInteger, nullableString } from './fields.js';

const Count = Type.Integer({ minimum: 0 });

export const SyncRunSchema = Type.Object(
  {
    syncId: Type.String(),
    status: choice(['running', 'completed', 'failed']),
    trigger: Type.String(),
    startedAt: Instant,
    completedAt: NullableInstant,
    error: Type.Optional(Type.String()),
    received: Count,
    created: Count,
    changed: Count,
    delisted: Count,
    rejected: Type.Array(Type.Object({ sku: nullableString(), index: Count, reason: Type.String() }), {
      description: 'The first hundred items that were refused alone',
    }),
    durationMs: nullableInteger(),
  },
  { $id: 'SyncRun', title: 'SyncRun' },
);
