import { describe, expect, it } from 'vitest';
import type { InventoryCommand } from '../../../../src/domain/inventory/commands.js';
import { inventoryDecider } from '../../../../src/domain/inventory/decider.js';
import { availableToPromise, committedOrders } from '../../../../src/domain/inventory/state.js';
import { asOrderId } from '../../../../src/domain/shared/ids.js';
import { given } from '../../../support/given.js';
import { commit, delist, release, reserve, snapshot, stockHistory } from '../../../support/inventory.js';
import { minute } from '../../../support/orders.js';

describe('reserving', () => {
  it('promises stock to an order', () => {
    given(inventoryDecider, stockHistory(snapshot()))
      .when(reserve('o1', 10))
      .thenEvents([
        {
          type: 'StockReserved',
          data: { orderId: asOrderId('o1'), quantity: 10, expiresAt: minute(31), reservedAt: minute(1) },
        },
      ]);
  });

  it('is refused when others were promised too much already, and says how much is left', () => {
    given(inventoryDecider, stockHistory(snapshot(), reserve('o1', 8)))
      .when(reserve('o2', 3))
      .thenRejected('insufficient-stock', { sku: 'HEMP-1', available: 2, requested: 3 });
  });

  it('has no effect while the order holds its reservation, even off sale', () => {
    given(inventoryDecider, stockHistory(snapshot(), reserve('o1', 10)))
      .when(reserve('o1', 10))
      .thenNothing();
    given(inventoryDecider, stockHistory(snapshot(), reserve('o1', 10), delist(minute(5))))
      .when(reserve('o1', 10))
      .thenNothing();
  });

  it('can be done again after a release', () => {
    given(inventoryDecider, stockHistory(snapshot(), reserve('o1', 10), release('o1')))
      .when(reserve('o1', 10, minute(40)))
      .thenTypes(['StockReserved']);
  });

  it('is refused for what is not sold', () => {
    given(inventoryDecider, []).when(reserve('o1', 1)).thenRejected('not-for-sale');
    given(inventoryDecider, stockHistory(snapshot(), delist(minute(5))))
      .when(reserve('o1', 1))
      .thenRejected('not-for-sale', { sku: 'HEMP-1', requested: 1 });
  });

  it.each([0, -1, 0.5, Number.NaN])('is refused for a quantity of %d', (quantity) => {
    given(inventoryDecider, stockHistory(snapshot())).when(reserve('o1', quantity)).thenRejected('invalid-command');
  });
});

describe('releasing', () => {
  it('gives the stock back, once', () => {
    given(inventoryDecider, stockHistory(snapshot(), reserve('o1', 4)))
      .when(release('o1'))
      .thenEvents([
        {
          type: 'ReservationReleased',
          data: { orderId: asOrderId('o1'), quantity: 4, reason: 'cancelled', releasedAt: minute(2) },
        },
      ]);
    given(inventoryDecider, stockHistory(snapshot(), reserve('o1', 4), release('o1')))
      .when(release('o1'))
      .thenNothing();
    given(inventoryDecider, []).when(release('o1')).thenNothing();
  });
});

describe('committing', () => {
  it('notes the export, once, of a reservation that is held', () => {
    given(inventoryDecider, stockHistory(snapshot(), reserve('o1', 4)))
      .when(commit('o1'))
      .thenEvents([{ type: 'ReservationCommitted', data: { orderId: asOrderId('o1'), exportedAt: minute(3) } }]);
    given(inventoryDecider, stockHistory(snapshot(), reserve('o1', 4), commit('o1')))
      .when(commit('o1', minute(4)))
      .thenNothing();
    given(inventoryDecider, stockHistory(snapshot())).when(commit('o1')).thenNothing();
  });
});

describe('available to promise', () => {
  const available = (...commands: readonly InventoryCommand[]) =>
    availableToPromise(given(inventoryDecider, stockHistory(...commands)).state);

  it('is the quantity of the warehouse less what it cannot see yet', () => {
    expect(available(snapshot())).toBe(10);
    expect(available(snapshot(), reserve('o1', 4))).toBe(6);
    expect(available(snapshot(), reserve('o1', 4), commit('o1'))).toBe(6);
    expect(available(snapshot(), reserve('o1', 4), commit('o1'), snapshot({ quantity: 6 }, minute(4), ['o1']))).toBe(6);
    expect(available(snapshot(), reserve('o1', 4), release('o1'))).toBe(10);
  });

  it('is never negative, also when the warehouse lost what was promised', () => {
    expect(available(snapshot(), reserve('o1', 8), snapshot({ quantity: 5 }, minute(4)))).toBe(0);
  });

  it('is nothing for what is not sold', () => {
    expect(availableToPromise(null)).toBe(0);
    expect(available(snapshot(), delist(minute(5)))).toBe(0);
  });
});

describe('the orders that wait for a snapshot to settle them', () => {
  it('are those the warehouse has taken, the earliest first', () => {
    const waiting = (...commands: readonly InventoryCommand[]) =>
      committedOrders(given(inventoryDecider, stockHistory(snapshot(), ...commands)).state);
    const held = [reserve('o1', 1), reserve('o2', 1, minute(2)), reserve('o3', 1, minute(3))];
    expect(committedOrders(null)).toEqual([]);
    expect(waiting(...held)).toEqual([]);
    expect(waiting(...held, commit('o3'), commit('o1'))).toEqual(['o1', 'o3']);
  });
});
