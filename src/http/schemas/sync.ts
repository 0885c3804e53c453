import { Type } from 'typebox';
import { choice, Instant, NullableInstant, nullableInteger, nullableString, phrase } from './fields.js';

const counted = (description: string, example: number) =>
  Type.Integer({ minimum: 0, description, examples: [example] });

export const SyncRunSchema = Type.Object(
  {
    syncId: phrase('The id of the run', '5b0c3a6e-3d0b-4a3e-9a65-0a3a0d9e7c11'),
    status: choice(['running', 'completed', 'failed'], {
      description: 'A run that failed has changed nothing',
      examples: ['completed'],
    }),
    trigger: phrase('What asked for it: `manual`, `schedule` or `startup`', 'schedule'),
    startedAt: Instant,
    completedAt: NullableInstant,
    error: Type.Optional(phrase('Why it failed', 'the warehouse answers 500')),
    received: counted('Items of the snapshot', 250),
    created: counted('SKUs listed for the first time, or again', 3),
    changed: counted('SKUs with other details, price or stock', 41),
    delisted: counted('SKUs the warehouse no longer has', 1),
    rejected: Type.Array(
      Type.Object({
        sku: nullableString({ description: 'Null when the item names none', examples: ['VTH-HON-0007'] }),
        index: counted('Its place in the snapshot', 17),
        reason: phrase('What is wrong with it', 'the price is negative'),
      }),
      {
        description: 'The first hundred items that were refused alone',
      },
    ),
    durationMs: nullableInteger({ description: 'Milliseconds; null while it runs', examples: [1840] }),
  },
  { $id: 'SyncRun', title: 'SyncRun', description: 'A sync of the stock with the warehouse' },
);
