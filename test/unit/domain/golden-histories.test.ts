import { readdirSync, readFileSync } from 'node:fs';
import { Check } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { brandDecider } from '../../../src/domain/brand/decider.js';
import type { BrandEvent } from '../../../src/domain/brand/events.js';
import { eventCatalogue, upcast } from '../../../src/domain/event-catalogue.js';
import { inventoryDecider } from '../../../src/domain/inventory/decider.js';
import type { InventoryEvent } from '../../../src/domain/inventory/events.js';
import { listReservations } from '../../../src/domain/inventory/reservations.js';
import { availableToPromise } from '../../../src/domain/inventory/state.js';
import { operationsDecider } from '../../../src/domain/operations/decider.js';
import type { OperationsEvent } from '../../../src/domain/operations/events.js';
import { orderDecider } from '../../../src/domain/order/decider.js';
import type { OrderEvent } from '../../../src/domain/order/events.js';
import { syncDecider } from '../../../src/domain/sync/decider.js';
import type { SyncEvent } from '../../../src/domain/sync/events.js';
import { fold } from '../../support/fold.js';

/**
 * Histories as they were once written, with what they must still mean. They are never edited: when an event type moves
 * on, its upcasters have to make these replay as before. New paths get new files.
 */
interface GoldenHistory {
  readonly aggregate: keyof typeof meanings;
  readonly events: readonly { readonly type: string; readonly version: number; readonly data: unknown }[];
  readonly expected: unknown;
}

type History = readonly { readonly type: string; readonly data: unknown }[];

const meanings = {
  order: orderMeaning,
  inventory: inventoryMeaning,
  brand: (history: History) => fold(brandDecider, history as BrandEvent[]),
  inventorySync: (history: History) => fold(syncDecider, history as SyncEvent[]),
  operations: (history: History) => ({ interventions: fold(operationsDecider, history as OperationsEvent[]).size }),
};

const folder = new URL('../../golden/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.json') && file !== 'schema-hashes.json');

describe('golden histories', () => {
  it.each(files)('%s still replays to what it meant', (file) => {
    const { aggregate, events, expected } = read(file);
    const meaningOf: (history: History) => unknown = meanings[aggregate];
    const history = events.map(({ type, version, data }) => ({ type, data: upcast(type, version, data) }));
    for (const { type, data } of history) {
      const schema = eventCatalogue[type]?.schema;
      expect(schema && Check(schema, data), `${type} is readable`).toBe(true);
    }
    expect(meaningOf(history)).toEqual(expected);
    const unknown = { type: 'foreign:Something', data: undefined };
    const withOthers = history.flatMap((event) => [unknown, event, unknown]);
    expect(meaningOf(withOthers), 'whatever stands between').toEqual(expected);
    if (meaningOf([]) === null) expect(meaningOf(history.slice(1)), 'without its beginning').toBeNull();
  });

  it('show every event in every version that was ever written', () => {
    const shown = new Set([...files.flatMap((file) => read(file).events), ...shop()].map(versioned));
    const written = Object.entries(eventCatalogue).flatMap(([type, { version }]) =>
      Array.from({ length: version }, (_, index) => versioned({ type, version: index + 1 })),
    );
    expect(written.filter((event) => !shown.has(event))).toEqual([]);
  });
});

function read(file: string): GoldenHistory {
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
}

/** What a whole shop once recorded, which `audit verify` is tested with. */
function shop(): { type: string; version: number }[] {
  const lines = readFileSync(new URL('shop/shop.jsonl', folder), 'utf8').trim().split('\n');
  return lines.map((line) => {
    const { type, metadata } = JSON.parse(line);
    return { type, version: metadata.schemaVersion };
  });
}

function versioned({ type, version }: { type: string; version: number }): string {
  return `${type} version ${version}`;
}

function inventoryMeaning(history: History) {
  const stock = fold(inventoryDecider, history as InventoryEvent[]);
  if (!stock) return null;
  const reservations = Object.fromEntries(listReservations(stock.reservations));
  return { ...stock, reservations, available: availableToPromise(stock) };
}

function orderMeaning(history: History) {
  const order = fold(orderDecider, history as OrderEvent[]);
  if (!order) return null;
  const { status, refundStatus, refundedTotal, paid, netPayouts, reversedTotal, updatedAt } = order;
  const { extensivOrderId, trackingNumber, cancelInitiator, wmsCancellation, exportAttempts } = order;
  return {
    ...{ status, refundStatus, refundedTotal, paid, netPayouts, reversedTotal, updatedAt },
    ...{ extensivOrderId, trackingNumber, cancelInitiator, wmsCancellation, exportAttempts },
  };
}
