import { type Static, type TObject, type TSchema, Type } from 'typebox';

/** Vocabulary of the event schemas: the shapes that appear in more than one event. */

/** ISO 8601 UTC with milliseconds, e.g. `2026-03-01T09:30:00.000Z`. */
export const Timestamp = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' });

/** Integer minor units (cents) of a currency. */
export const MinorUnits = Type.Integer({ minimum: 0 });

/** ISO 4217, upper case. */
export const Currency = Type.String({ pattern: '^[A-Z]{3}$' });

export const Text = Type.String({ minLength: 1 });

export const NullableText = Type.Union([Type.String(), Type.Null()]);

/** 100 %. */
export const wholeInBasisPoints = 10_000;

export const BasisPoints = Type.Integer({ minimum: 0, maximum: wholeInBasisPoints });

/** An event as a decider sees it: its type and its data. */
export interface DomainEvent<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
}

/** The union of events that a record of data schemas, keyed by event type, describes. */
export type EventsOf<Schemas extends Record<string, TSchema>> = {
  [Name in keyof Schemas & string]: DomainEvent<Name, Readonly<Static<Schemas[Name]>>>;
}[keyof Schemas & string];

/** An object schema without unknown keys. */
export function record<Properties extends Record<string, TSchema>>(properties: Properties): TObject<Properties> {
  return Type.Object(properties, { additionalProperties: false });
}
