import { type Static, Type } from 'typebox';
import { type EventsOf, NullableText, record, Text, Timestamp } from '../shared/event-schema.js';

/** Events of the stream `inventorySync-{YYYY-MM-DD}`: data schemas by event type. */

const Count = Type.Integer({ minimum: 0 });

/** An item of a snapshot that was refused alone; `sku` is null when the item had none. */
export const RejectedItem = record({ sku: NullableText, index: Count, reason: Text });
export type RejectedItem = Static<typeof RejectedItem>;

/** The first hundred rejected items; `rejectedCount` counts them all. */
const Rejected = Type.Array(RejectedItem, { maxItems: 100 });

export const syncEventSchemas = {
  InventorySyncStarted: record({
    syncId: Text,
    trigger: Type.Union([Type.Literal('schedule'), Type.Literal('manual'), Type.Literal('startup')]),
    force: Type.Boolean(),
    startedAt: Timestamp,
  }),
  InventorySyncCompleted: record({
    syncId: Text,
    received: Count,
    created: Count,
    changed: Count,
    delisted: Count,
    rejectedCount: Count,
    rejected: Rejected,
    /** When the snapshot was requested: what the warehouse did before then is in it. */
    snapshotAt: Timestamp,
    completedAt: Timestamp,
    durationMs: Count,
  }),
  /** What was read of the snapshot is in it, where that was read to its end and then not believed. */
  InventorySyncFailed: record({
    syncId: Text,
    error: Text,
    received: Count,
    rejectedCount: Count,
    rejected: Rejected,
    failedAt: Timestamp,
    durationMs: Count,
  }),
};

/** Version 1 of `InventorySyncFailed` did not tell what had been read. */
export function withNothingRead(data: unknown): object {
  return { ...(data as object), received: 0, rejectedCount: 0, rejected: [] };
}

export type SyncEvent = EventsOf<typeof syncEventSchemas>;
