import { Type } from 'typebox';
import { type EventsOf, record, Text, Timestamp } from '../shared/event-schema.js';

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const LogPosition = Type.String({ pattern: '^\\d{1,20}/\\d{1,20}$' });

/** Events of the one stream `seal-all`, at schema version 1. Each seal continues from the one before. */
export const sealEventSchemas = {
  LogSealed: record({
    /** 1, 2, 3 … without gaps. */
    number: Type.Integer({ minimum: 1 }),
    /** Position of the last event that this seal covers. */
    upTo: LogPosition,
    /** Events that this seal covers, and that all seals before it do. */
    events: Type.Integer({ minimum: 1 }),
    eventsBefore: Type.Integer({ minimum: 0 }),
    /** Streams with events under this seal, and the revision of the first of them. */
    streams: Type.Array(record({ stream: Text, from: Type.Integer({ minimum: 0 }) })),
    /** For each event in the order of the log: the index of its stream in `streams`. */
    order: Type.Array(Type.Integer({ minimum: 0 })),
    /** For each event 12 hex digits that tell it from others. */
    marks: Type.String({ pattern: '^[0-9a-f]*$' }),
    /** Of the seal before, null in the first. */
    previousDigest: Type.Union([Sha256, Type.Null()]),
    digest: Sha256,
    sealedAt: Timestamp,
    signature: record({ algorithm: Type.Literal('Ed25519'), keyId: Text, value: Text }),
  }),
};

export type LogSealed = EventsOf<typeof sealEventSchemas>['data'];
