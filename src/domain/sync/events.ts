import { type Static, Type } from 'typebox';
import { type EventsOf, NullableText, record, Text, Timestamp } from '../shared/event-schema.js';

/** Events of the stream `inventorySync-{YYYY-MM-DD}`: data schemas by event type, all at schema version 1. */

const Count = Type.Integer({ minimum: 0 });

/** An item of a snapshot that was refused alone; `sku` is null when the item had none. */
export const RejectedItem = record({ sku: NullableText, index: Count, reason: Text });
export type RejectedItem = Static<typeof RejectedItem>;

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
    /** The first hundred rejected items; `rejectedCount` counts them all. */
    rejected: Type.Array(RejectedItem, { maxItems: 100 }),
    /** When the snapshot was requested: what the warehouse did before then is in it. */
    snapshotAt: Timestamp,
    completedAt: Timestamp,
    durationMs: Count,
  }),
  InventorySyncFailed: record({ syncId: Text, error: Text, failedAt: Timestamp, durationMs: Count }),
};

export type SyncEvent = EventsOf<typeof syncEventSchemas>;
