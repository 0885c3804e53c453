import { Type } from 'typebox';
import { type EventsOf, NullableText, record, Text, Timestamp } from '../shared/event-schema.js';

/** SHA-256 of the key, hex. Absent in version 1. */
const SecretHash = Type.Optional(Text);

/** Events of the stream `operations-{YYYY-MM-DD}`: what operators did by hand. */
export const operationsEventSchemas = {
  EffectRetried: record({ key: Text, reason: Type.String(), retriedAt: Timestamp }),
  EffectDiscarded: record({ key: Text, reason: Type.String(), discardedAt: Timestamp }),
  ParkedStreamRetried: record({ projection: Text, stream: Text, reason: Type.String(), retriedAt: Timestamp }),
  ParkedStreamSkipped: record({ projection: Text, stream: Text, reason: Type.String(), skippedAt: Timestamp }),
  /** Who the key is for by ids only; its name and its secret are in no event, but the hash by which it is known again. */
  ApiKeyCreated: record({
    keyId: Text,
    roles: Type.Array(Text),
    customerId: NullableText,
    brandId: NullableText,
    expiresAt: Type.Union([Timestamp, Type.Null()]),
    secretHash: SecretHash,
    createdAt: Timestamp,
  }),
  ApiKeyRevoked: record({ keyId: Text, revokedAt: Timestamp }),
  /** After the event store was restored from an older copy. */
  EventsReread: record({ projections: Type.Array(Text), reason: Type.String(), rereadAt: Timestamp }),
  WebhookReplayed: record({ eventId: Text, replayedAt: Timestamp }),
};

export type OperationsEvent = EventsOf<typeof operationsEventSchemas>;
