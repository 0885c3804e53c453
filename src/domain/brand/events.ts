import { Type } from 'typebox';
import { BasisPoints, type EventsOf, NullableText, record, Text, Timestamp } from '../shared/event-schema.js';
import { BrandId } from '../shared/ids.js';

/** Events of the stream `brand-{brandId}`: data schemas by event type, all at schema version 1. */
export const brandEventSchemas = {
  BrandRegistered: record({ brandId: BrandId, name: Text, registeredAt: Timestamp }),
  /** `brandShareBps` null returns the brand to the default rule. */
  BrandShareOverridden: record({
    brandShareBps: Type.Union([BasisPoints, Type.Null()]),
    reason: NullableText,
    overriddenAt: Timestamp,
  }),
};

export type BrandEvent = EventsOf<typeof brandEventSchemas>;
