import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InventoryCommand } from '../../../src/domain/inventory/commands.js';
import { inventoryDecider } from '../../../src/domain/inventory/decider.js';
import { listReservations, reservationOf } from '../../../src/domain/inventory/reservations.js';
import { availableToPromise } from '../../../src/domain/inventory/state.js';
import { asOrderId } from '../../../src/domain/shared/ids.js';
import { acceptedSteps } from '../../support/fold.js';
import { commit, delist, item, reserve, snapshot } from '../../support/inventory.js';
import { minute } from '../../support/orders.js';

const at = fc.integer({ min: 0, max: 60 }).map(minute);
const orderId = fc.constantFrom('o1', 'o2', 'o3', 'o4').map(asOrderId);

/** One arbitrary per command type; the record type makes a new command type fail here until it has one. */
const byType: Record<InventoryCommand['type'], fc.Arbitrary<InventoryCommand>> = {
  ApplySnapshotItem: fc
    .record({
      quantity: fc.integer({ min: 0, max: 12 }),
      price: fc.constantFrom(item.price, 2_600),
      name: fc.constantFrom(item.name, 'Hemp Oil'),
      at,
      exported: fc.subarray(['o1', 'o2', 'o3', 'o4']),
    })
    .map(({ at: snapshotAt, exported, ...change }) => snapshot(change, snapshotAt, exported)),
  Delist: at.map(delist),
  Reserve: fc.tuple(orderId, fc.integer({ min: 1, max: 6 }), at).map((values) => reserve(...values)),
  Release: fc
    .record({ orderId, reason: fc.constantFrom('refused', 'expired', 'cancelled'), at })
    .map((values) => ({ type: 'Release', ...values })),
  Commit: fc.tuple(orderId, at).map((values) => commit(...values)),
};

const stockLife = fc
  .array(fc.oneof(...Object.values(byType)), { maxLength: 40, size: 'max' })
  .map((commands) => [snapshot(), ...commands]);

const stepsOf = (commands: readonly InventoryCommand[]) => acceptedSteps(inventoryDecider, commands);

describe('an inventory command repeated against the state it produced', () => {
  it('adds nothing, whatever the command and whatever happened before', () => {
    const accepted = new Set<string>();
    fc.assert(
      fc.property(stockLife, (commands) => {
        for (const { command, events, after } of stepsOf(commands)) {
          if (events.length > 0) accepted.add(command.type);
          expect(inventoryDecider.decide(command, after), command.type).toEqual([]);
        }
      }),
      { numRuns: 1_000 },
    );
    expect([...accepted].sort(), 'every command was accepted at least once').toEqual(Object.keys(byType).sort());
  });
});

describe('stock', () => {
  it('is never promised twice: a reservation never takes more than was left', () => {
    fc.assert(
      fc.property(stockLife, (commands) => {
        for (const { command, before, events, after } of stepsOf(commands)) {
          if (command.type !== 'Reserve' || events.length === 0 || !after) continue;
          expect(command.quantity).toBeLessThanOrEqual(availableToPromise(before));
          expect(after.reserved).toBeLessThanOrEqual(after.quantity);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('is never negative, and the sum of the reservations is what is reserved', () => {
    fc.assert(
      fc.property(stockLife, (commands) => {
        for (const { after } of stepsOf(commands)) {
          expect(availableToPromise(after)).toBeGreaterThanOrEqual(0);
          const held = listReservations(after?.reservations ?? {});
          expect(after?.reserved).toBe(held.reduce((sum, [, { quantity }]) => sum + quantity, 0));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('that is reserved survives every snapshot, until one was requested after its export', () => {
    fc.assert(
      fc.property(stockLife, (commands) => {
        for (const { command, before, after } of stepsOf(commands)) {
          if (command.type !== 'ApplySnapshotItem' && command.type !== 'Delist') continue;
          for (const [id, reservation] of listReservations(before?.reservations ?? {})) {
            const { exportedAt } = reservation;
            const settled = command.type === 'ApplySnapshotItem' && exportedAt && command.exported.includes(id);
            if (!settled) expect(after && reservationOf(after.reservations, id)).toEqual(reservation);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
