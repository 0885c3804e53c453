import { describe, it } from 'vitest';
import { inventoryDecider } from '../../../../src/domain/inventory/decider.js';
import { asBrandId, asOrderId, asSku } from '../../../../src/domain/shared/ids.js';
import { given } from '../../../support/given.js';
import { commit, delist, item, release, reserve, snapshot, stockHistory } from '../../../support/inventory.js';
import { minute } from '../../../support/orders.js';

const origin = (at: string) => ({ syncId: `sync-${at}`, snapshotAt: at });

describe('a snapshot of the warehouse', () => {
  it('lists a SKU that was never seen', () => {
    given(inventoryDecider, [])
      .when(snapshot())
      .thenEvents([{ type: 'ProductListed', data: { ...item, ...origin(minute(0)) } }]);
  });

  it('says nothing when nothing changed', () => {
    given(inventoryDecider, stockHistory(snapshot()))
      .when(snapshot({}, minute(15)))
      .thenNothing();
  });

  it.each([{ quantity: 0 }, { price: 0 }])('takes over %j', (change) => {
    given(inventoryDecider, stockHistory(snapshot()))
      .when(snapshot(change, minute(15)))
      .thenState(change);
  });

  it('tells each kind of change apart', () => {
    const { sku: _sku, productId: _id, price: _price, currency: _currency, quantity: _quantity, ...details } = item;
    const at = minute(15);
    given(inventoryDecider, stockHistory(snapshot()))
      .when(snapshot({ batchNumber: 'B-8', price: 2_600, quantity: 4 }, at))
      .thenEvents([
        { type: 'ProductDetailsChanged', data: { ...details, batchNumber: 'B-8', ...origin(at) } },
        { type: 'PriceChanged', data: { from: 2_500, to: 2_600, currency: 'USD', ...origin(at) } },
        { type: 'StockLevelChanged', data: { from: 10, to: 4, ...origin(at) } },
      ]);
  });

  it('keeps the product id and follows a change of currency', () => {
    given(inventoryDecider, stockHistory(snapshot()))
      .when(snapshot({ productId: 'p2', currency: 'EUR' }, minute(15)))
      .thenState({ productId: 'p1', currency: 'EUR', price: 2_500 });
  });

  it('is ignored when it is no newer than the last one applied', () => {
    const before = given(
      inventoryDecider,
      stockHistory(snapshot({}, minute(5)), snapshot({ quantity: 8 }, minute(20))),
    );
    before.when(snapshot({ quantity: 9 }, minute(20))).thenNothing();
    before.when(snapshot({ quantity: 9 }, minute(19))).thenNothing();
    before.when(snapshot({ quantity: 9 }, minute(21))).thenTypes(['StockLevelChanged']);
  });

  it.each([
    { sku: asSku('OTHER') },
    { brandId: asBrandId('x'.repeat(1_001)) },
    { quantity: -1 },
    { quantity: 1.5 },
    { price: -1 },
    { price: 0.5 },
  ])('is refused with %j', (change) => {
    given(inventoryDecider, stockHistory(snapshot()))
      .when(snapshot(change, minute(15)))
      .thenRejected('invalid-command');
  });
});

describe('a SKU that a snapshot no longer has', () => {
  it('is taken off sale, once, and by newer snapshots only', () => {
    given(inventoryDecider, stockHistory(snapshot({}, minute(5))))
      .when(delist(minute(20)))
      .thenEvents([{ type: 'ProductDelisted', data: origin(minute(20)) }]);
    given(inventoryDecider, stockHistory(snapshot({}, minute(5))))
      .when(delist(minute(5)))
      .thenNothing();
    given(inventoryDecider, stockHistory(snapshot(), delist(minute(20))))
      .when(delist(minute(35)))
      .thenNothing();
    given(inventoryDecider, [])
      .when(delist(minute(20)))
      .thenNothing();
  });

  it('keeps its reservations', () => {
    given(inventoryDecider, stockHistory(snapshot(), reserve('o1', 3)))
      .when(delist(minute(20)))
      .thenState({ listed: false, reserved: 3 });
  });

  it('comes back with what the next snapshot says', () => {
    given(inventoryDecider, stockHistory(snapshot(), delist(minute(20))))
      .when(snapshot({ quantity: 6 }, minute(35)))
      .thenEvents([
        { type: 'ProductRelisted', data: origin(minute(35)) },
        { type: 'StockLevelChanged', data: { from: 10, to: 6, ...origin(minute(35)) } },
      ]);
  });
});

describe('a reservation of an exported order', () => {
  const exported = stockHistory(snapshot(), reserve('o1', 3), commit('o1', minute(10)), reserve('o2', 2));

  it('is settled by the first snapshot that was requested after the export', () => {
    const at = minute(11);
    given(inventoryDecider, exported)
      .when(snapshot({ quantity: 7 }, at, ['o1']))
      .thenEvents([
        { type: 'StockLevelChanged', data: { from: 10, to: 7, ...origin(at) } },
        { type: 'ReservationSettled', data: { orderId: asOrderId('o1'), quantity: 3, ...origin(at) } },
      ]);
  });

  it('is settled although the quantity did not change', () => {
    given(inventoryDecider, exported)
      .when(snapshot({}, minute(11), ['o1']))
      .thenTypes(['ReservationSettled']);
  });

  it('is settled by the order of the log, although the clock of its export was ahead', () => {
    given(inventoryDecider, exported)
      .when(snapshot({ quantity: 7 }, minute(9), ['o1']))
      .thenTypes(['StockLevelChanged', 'ReservationSettled']);
  });

  it('stays while a snapshot may not count it out yet, whatever the clock of its request says', () => {
    for (const at of [minute(9), minute(10), minute(11), minute(600)]) {
      given(inventoryDecider, exported).when(snapshot({}, at)).thenNothing();
      given(inventoryDecider, exported)
        .when(snapshot({ quantity: 7 }, at))
        .thenState({ reserved: 5 });
    }
  });

  it('stays when it was not exported, whatever is said of it', () => {
    given(inventoryDecider, exported)
      .when(snapshot({ quantity: 7 }, minute(11), ['o1', 'o2']))
      .thenState({ reserved: 2 });
  });

  it('is not released by a cancellation, for only the warehouse knows whether the goods come back', () => {
    given(inventoryDecider, exported).when(release('o1')).thenNothing();
  });
});
