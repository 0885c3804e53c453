import { Type } from 'typebox';
import { type EventsOf, record, Text, Timestamp } from '../shared/event-schema.js';
import { OrderId } from '../shared/ids.js';

/** Events of the stream `privacy-{keyId}`: what became of the key of a person, all at schema version 1. */
export const privacyEventSchemas = {
  /** The receipt: who asked is the `actor`. It names the key and the orders, never the person. */
  PersonalDataErased: record({
    keyId: Text,
    orderIds: Type.Array(OrderId),
    reason: Type.String(),
    erasedAt: Timestamp,
  }),
};

export type PrivacyEvent = EventsOf<typeof privacyEventSchemas>;
