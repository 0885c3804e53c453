import type { TSchema } from 'typebox';
import { brandEventSchemas } from './brand/events.js';
import { inventoryEventSchemas } from './inventory/events.js';
import { operationsEventSchemas } from './operations/events.js';
import { orderEventSchemas } from './order/events.js';
import { orderPlacedPersonal } from './order/personal-data.js';
import { privacyEventSchemas } from './privacy/events.js';
import { sealEventSchemas } from './seal/events.js';
import type { PersonalMembers } from './shared/personal-data.js';
import { syncEventSchemas, withNothingRead } from './sync/events.js';

/** Turns the data of an event from one schema version into the next. Total: released data never stops being readable. */
type Upcaster = (data: unknown) => unknown;

export interface CatalogueEntry {
  /** Of the current version. */
  readonly schema: TSchema;
  readonly version: number;
  /** By the version they start from: 1 leads to 2, and so on up to `version`. */
  readonly upcasters: Readonly<Record<number, Upcaster>>;
  /** Absent for an event that says nothing about a person. */
  readonly personal?: PersonalMembers;
}

const schemas: Readonly<Record<string, TSchema>> = {
  ...orderEventSchemas,
  ...inventoryEventSchemas,
  ...brandEventSchemas,
  ...syncEventSchemas,
  ...operationsEventSchemas,
  ...sealEventSchemas,
  ...privacyEventSchemas,
};

/** Event types that have moved on from version 1. */
const revisions: Readonly<Record<string, Omit<CatalogueEntry, 'schema' | 'personal'>>> = {
  // Version 2 is stored with its personal members encrypted; once opened, it reads like version 1.
  OrderPlaced: { version: 2, upcasters: { 1: (data) => data } },
  // Version 2 says whose refund it is. Of an older one nobody knows, which the absent member means.
  RefundPending: { version: 2, upcasters: { 1: (data) => data } },
  RefundSucceeded: { version: 2, upcasters: { 1: (data) => data } },
  RefundFailed: { version: 2, upcasters: { 1: (data) => data } },
  // Version 2 says which secret opens the key. Of an older one nobody knows, which the absent member means.
  ApiKeyCreated: { version: 2, upcasters: { 1: (data) => data } },
  InventorySyncFailed: { version: 2, upcasters: { 1: withNothingRead } },
};

const personal: Readonly<Record<string, PersonalMembers>> = { OrderPlaced: orderPlacedPersonal };

/** Every event type of every aggregate, with its current schema and how to read its older versions. */
export const eventCatalogue: Readonly<Record<string, CatalogueEntry>> = Object.fromEntries(
  Object.entries(schemas).map(([type, schema]) => [
    type,
    { schema, version: 1, upcasters: {}, ...revisions[type], ...(personal[type] && { personal: personal[type] }) },
  ]),
);

/** @returns what of an event of this type is personal, or undefined when nothing is */
export function personalMembers(type: string): PersonalMembers | undefined {
  return entryOf(type)?.personal;
}

/** @returns the schema version written today, or undefined for a type that is not in the catalogue. */
export function currentVersion(type: string): number | undefined {
  return entryOf(type)?.version;
}

/**
 * Brings recorded data to the current version.
 * @returns undefined for a type that is not in the catalogue, or a version that this build does not know
 */
export function upcast(type: string, fromVersion: number, data: unknown): unknown {
  const entry = entryOf(type);
  if (!entry || !(fromVersion >= 1 && fromVersion <= entry.version)) return undefined;
  let current = data;
  for (let version = fromVersion; version < entry.version; version += 1) {
    current = entry.upcasters[version]?.(current);
  }
  return current;
}

const entries = new Map(Object.entries(eventCatalogue));

/** By a map, since it is asked several times for each event that is read. */
function entryOf(type: string): CatalogueEntry | undefined {
  return entries.get(type);
}
