import { describe, expect, it } from 'vitest';
import { orderDecider } from '../../../../src/domain/order/decider.js';
import { quantityFault } from '../../../../src/domain/order/placing.js';
import { asSku } from '../../../../src/domain/shared/ids.js';
import { given } from '../../../support/given.js';
import { history, line, minute, pay, placeOrder } from '../../../support/orders.js';

describe('the quantities of an order', () => {
  it('are limited per SKU, over all its lines', () => {
    const limit = 1_000_000;
    expect(quantityFault(new Map([[asSku('HEMP-1'), limit]]))).toBeNull();
    expect(
      quantityFault(
        new Map([
          [asSku('HEMP-1'), limit + 1],
          [asSku('LEAF-1'), 1],
        ]),
      ),
    ).toMatchObject({
      code: 'quantity-limit-exceeded',
      facts: { limit, items: [{ sku: 'HEMP-1', quantity: limit + 1 }] },
    });
  });
});

describe('placing an order', () => {
  it('records what was ordered and its total', () => {
    const { type: _type, at, ...order } = placeOrder;
    given(orderDecider, [])
      .when(placeOrder)
      .thenEvents([
        { type: 'OrderPlaced', data: { ...order, lineItems: [...order.lineItems], total: 10_000, placedAt: at } },
      ]);
  });

  it('awaits payment, owing nothing to anybody', () => {
    given(orderDecider, [])
      .when(placeOrder)
      .thenState({
        status: 'awaiting_payment',
        refundStatus: 'none',
        paid: false,
        payouts: null,
        initiatedPayments: [],
        paymentFailures: [],
        paymentConflicts: [],
        disputes: [],
        extensivOrderId: null,
        exportAttempts: 0,
        exportOutcomeUnknown: false,
        statusConflicts: [],
        notificationsSent: [],
        updatedAt: minute(0),
      });
  });

  it('has no effect when repeated, even after the order went on', () => {
    given(orderDecider, history(placeOrder)).when(placeOrder).thenNothing();
    given(orderDecider, history(placeOrder, pay))
      .when({ ...placeOrder, at: minute(5) })
      .thenNothing();
  });

  it('refuses another order under the same id', () => {
    const before = given(orderDecider, history(placeOrder));
    before.when({ ...placeOrder, orderNumber: 'VL-0000-0000-0000' }).thenRejected('already-exists');
    const [hemp, leaf] = [line('HEMP-1', 'vital-hemp', 3, 2500), line('LEAF-1', 'green-leaf', 1, 2500)];
    for (const lineItems of [
      [hemp],
      [hemp, leaf, leaf],
      [hemp, { ...leaf, quantity: 2 }],
      [hemp, { ...leaf, sku: asSku('LEAF-2') }],
      [leaf, hemp],
    ]) {
      before.when({ ...placeOrder, lineItems: lineItems }).thenRejected('already-exists');
    }
  });

  it('takes what is given away', () => {
    given(orderDecider, [])
      .when({ ...placeOrder, lineItems: [line('HEMP-1', 'vital-hemp', 3, 2500), line('GIFT', 'vital-hemp', 1, 0)] })
      .thenState({ total: 7_500 });
    const gift = { ...placeOrder, lineItems: [line('GIFT', 'vital-hemp', 1, 0)] };
    given(orderDecider, history(gift))
      .when({ ...pay, amount: 0 })
      .thenState({ status: 'paid', refundStatus: 'none' });
  });

  it.each([
    ['no lines', []],
    ['a quantity of zero', [line('A', 'a', 0, 100)]],
    ['half a piece', [line('A', 'a', 0.5, 100)]],
    ['a negative price', [line('A', 'a', 1, -100)]],
    ['fractions of a cent', [line('A', 'a', 1, 0.1)]],
    ['a line total that does not add up', [{ ...line('A', 'a', 2, 100), lineTotal: 199 }]],
    ['a line beyond exact arithmetic', [line('A', 'a', 2, Number.MAX_SAFE_INTEGER)]],
    ['a total beyond exact arithmetic', [line('A', 'a', 1, Number.MAX_SAFE_INTEGER), line('B', 'b', 1, 1)]],
  ])('refuses %s', (_what, lineItems) => {
    given(orderDecider, [])
      .when({ ...placeOrder, lineItems })
      .thenRejected('invalid-command');
  });

  it('refuses an order that has expired before it is placed', () => {
    given(orderDecider, [])
      .when({ ...placeOrder, expiresAt: minute(0) })
      .thenRejected('invalid-command');
  });

  it('is the only thing that can happen to an unknown order', () => {
    given(orderDecider, []).when(pay).thenRejected('not-found');
  });
});
