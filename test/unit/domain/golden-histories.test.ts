import { readdirSync, readFileSync } from 'node:fs';
import { Check } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { eventCatalogue, upcast } from '../../../src/domain/event-catalogue.js';
import { inventoryDecider } from '../../../src/domain/inventory/decider.js';
import type { InventoryEvent } from '../../../src/domain/inventory/events.js';
import { listReservations } from '../../../src/domain/inventory/reservations.js';
import { availableToPromise } from '../../../src/domain/inventory/state.js';
import { orderDecider } from '../../../src/domain/order/decider.js';
import type { OrderEvent } from '../../../src/domain/order/events.js';
import { fold } from '../../support/fold.js';

/**
 * Histories as they were once written, with what they must still mean. They are never edited: when an event type moves
 * on, its upcasters have to make these replay as before. New paths get new files.
 */
interface GoldenHistory {
  readonly aggregate: 'order' | 'inventory';
  readonly events: readonly { readonly type: string; readonly version: number; readonly data: unknown }[];
  readonly expected: Record<string, unknown>;
}

const folder = new URL('../../golden/', import.meta.url);
const files = readdirSync(folder).filter((file) => /^(order|inventory)-.*\.json$/.test(file));

describe('golden histories', () => {
  it('exist for both aggregates', () => {
    expect(files.filter((file) => file.startsWith('order-')).length).toBeGreaterThanOrEqual(5);
    expect(files.filter((file) => file.startsWith('inventory-')).length).toBeGreaterThanOrEqual(1);
  });

  it.each(files)('%s still replays to what it meant', (file) => {
    const { aggregate, events, expected }: GoldenHistory = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
    const history = events.map(({ type, version, data }) => ({ type, data: upcast(type, version, data) }));
    for (const { type, data } of history) {
      const schema = eventCatalogue[type]?.schema;
      expect(schema && Check(schema, data), `${type} is readable`).toBe(true);
    }
    expect(meaningOf(aggregate, history)).toEqual(expected);
    const unknown = { type: 'foreign:Something', data: undefined };
    const withOthers = history.flatMap((event) => [unknown, event, unknown]);
    expect(meaningOf(aggregate, withOthers), 'whatever stands between').toEqual(expected);
    expect(meaningOf(aggregate, history.slice(1)), 'without its beginning').toBeNull();
  });
});

function meaningOf(aggregate: GoldenHistory['aggregate'], history: readonly { type: string; data: unknown }[]) {
  if (aggregate === 'inventory') {
    const stock = fold(inventoryDecider, history as InventoryEvent[]);
    if (!stock) return null;
    const reservations = Object.fromEntries(listReservations(stock.reservations));
    return { ...stock, reservations, available: availableToPromise(stock) };
  }
  const order = fold(orderDecider, history as OrderEvent[]);
  if (!order) return null;
  const { status, refundStatus, refundedTotal, paid, netPayouts, reversedTotal, updatedAt } = order;
  const { extensivOrderId, trackingNumber, cancelInitiator, wmsCancellation, exportAttempts } = order;
  return {
    ...{ status, refundStatus, refundedTotal, paid, netPayouts, reversedTotal, updatedAt },
    ...{ extensivOrderId, trackingNumber, cancelInitiator, wmsCancellation, exportAttempts },
  };
}
