import { describe, expect, it } from 'vitest';
import type { OrderCommand } from '../../../../src/domain/order/commands.js';
import { orderDecider } from '../../../../src/domain/order/decider.js';
import { stockGoneReason } from '../../../../src/domain/order/payment.js';
import { given } from '../../../support/given.js';
import {
  cancel,
  greenLeaf,
  history,
  minute,
  pay,
  placeOrder,
  refund,
  rule,
  toPaid,
  vitalHemp,
} from '../../../support/orders.js';

const initiate: OrderCommand = {
  type: 'InitiatePayment',
  paymentIntentId: 'pi_1',
  amount: 10_000,
  currency: 'USD',
  at: minute(1),
};
const failure: OrderCommand = {
  type: 'RecordPaymentFailure',
  paymentIntentId: 'pi_1',
  reason: 'card declined',
  at: minute(1),
};
const expire: OrderCommand = { type: 'ExpireOrder', at: minute(30) };
const allocation = {
  rule,
  currency: 'USD',
  entries: [
    {
      brandId: vitalHemp,
      brand: 'VITAL-HEMP',
      gross: 7500,
      brandShareBps: 7000,
      brandShare: 5250,
      platformShare: 2250,
    },
    {
      brandId: greenLeaf,
      brand: 'GREEN-LEAF',
      gross: 2500,
      brandShareBps: 7000,
      brandShare: 1750,
      platformShare: 750,
    },
  ],
  brandTotal: 7000,
  platformTotal: 3000,
};

describe('initiating a payment', () => {
  it('records the intent, once', () => {
    given(orderDecider, history(placeOrder))
      .when(initiate)
      .thenEvents([
        {
          type: 'PaymentInitiated',
          data: { paymentIntentId: 'pi_1', amount: 10_000, currency: 'USD', initiatedAt: minute(1) },
        },
      ]);
    given(orderDecider, history(placeOrder, initiate)).when(initiate).thenNothing();
    given(orderDecider, history(placeOrder, initiate, pay))
      .when(initiate)
      .thenNothing();
  });

  it('is for exactly the whole order', () => {
    const before = given(orderDecider, history(placeOrder));
    before.when({ ...initiate, amount: 9_999 }).thenRejected('payment-mismatch', { expected: 10_000, amount: 9_999 });
    before.when({ ...initiate, currency: 'EUR' }).thenRejected('payment-mismatch');
  });

  it.each([
    ['paid', [pay]],
    ['cancelled', [cancel()]],
    ['expired', [expire]],
  ] as [string, OrderCommand[]][])('is refused once the order is %s', (_status, commands) => {
    given(orderDecider, history(placeOrder, ...commands))
      .when({ ...initiate, paymentIntentId: 'pi_2' })
      .thenRejected('illegal-transition');
  });
});

describe('a payment that succeeded', () => {
  it('pays the order and allocates its payouts', () => {
    given(orderDecider, history(placeOrder))
      .when(pay)
      .thenEvents([
        { type: 'OrderPaid', data: { paymentIntentId: 'pi_1', amount: 10_000, currency: 'USD', paidAt: minute(2) } },
        { type: 'PayoutsAllocated', data: { ...allocation, allocatedAt: minute(2) } },
      ]);
    given(orderDecider, history(placeOrder))
      .when(pay)
      .thenState({ status: 'paid', paid: true, paidAt: minute(2) });
  });

  it('is never recorded as earlier than its order, whose time is finer than Stripe’s whole seconds', () => {
    given(orderDecider, history(placeOrder))
      .when({ ...pay, at: new Date(Date.parse(minute(0)) - 700).toISOString() })
      .thenState({ placedAt: minute(0), paidAt: minute(0) });
  });

  it('counts once, however often it is told', () => {
    given(orderDecider, history(...toPaid))
      .when({ ...pay, at: minute(9) })
      .thenNothing();
  });

  it('counts after a failed attempt', () => {
    given(orderDecider, history(placeOrder, failure)).when(pay).thenState({ status: 'paid' });
  });

  it('honours the shares of single brands', () => {
    given(orderDecider, history(placeOrder))
      .when({ ...pay, brandShareOverrides: { [greenLeaf]: 8000 } })
      .thenState({
        netPayouts: [
          { brandId: vitalHemp, brand: 'VITAL-HEMP', gross: 7500, brandShare: 5250, platformShare: 2250 },
          { brandId: greenLeaf, brand: 'GREEN-LEAF', gross: 2500, brandShare: 2000, platformShare: 500 },
        ],
      });
  });
});

describe('a payment that disagrees with the order', () => {
  it.each([
    ['amount', { amount: 9_000 }],
    ['amount', { amount: 11_000 }],
    ['currency', { currency: 'EUR' }],
  ] as const)('is recorded as a conflict of %s and never pays', (reason, deviation) => {
    const { paymentIntentId, amount, currency } = { ...pay, ...deviation };
    const command = given(orderDecider, history(placeOrder)).when({ ...pay, ...deviation });
    command.thenEvents([
      {
        type: 'PaymentConflicted',
        data: { paymentIntentId, reason, expectedAmount: 10_000, amount, currency, observedAt: minute(2) },
      },
    ]);
    command.thenState({ status: 'awaiting_payment', paid: false });
  });

  it('is recorded once, and beside every other one', () => {
    const before = given(orderDecider, history(placeOrder, { ...pay, amount: 1 }));
    before.when({ ...pay, amount: 1, at: minute(3) }).thenNothing();
    before.when({ ...pay, amount: 2 }).thenTypes(['PaymentConflicted']);
    before.when({ ...pay, amount: 1, paymentIntentId: 'pi_2' }).thenTypes(['PaymentConflicted']);
    before.when({ ...pay, amount: 1, currency: 'EUR' }).thenTypes(['PaymentConflicted']);
    given(orderDecider, history(placeOrder, { ...pay, currency: 'EUR' }))
      .when({ ...pay, currency: 'GBP' })
      .thenTypes(['PaymentConflicted']);
  });

  it('is a duplicate when another intent has paid', () => {
    const second = { ...pay, paymentIntentId: 'pi_2' };
    const before = given(orderDecider, history(...toPaid));
    before.when(second).thenTypes(['PaymentConflicted']);
    before.when(second).thenState({ status: 'paid', paymentIntentId: 'pi_1' });
    given(orderDecider, history(...toPaid, second))
      .when(second)
      .thenNothing();
  });
});

describe('a failed payment', () => {
  it('leaves the order waiting, each failure recorded once', () => {
    given(orderDecider, history(placeOrder))
      .when(failure)
      .thenEvents([
        { type: 'PaymentFailed', data: { paymentIntentId: 'pi_1', reason: 'card declined', failedAt: minute(1) } },
      ]);
    given(orderDecider, history(placeOrder, failure)).when(failure).thenNothing();
    for (const other of [{ at: minute(3) }, { reason: 'no funds' }, { paymentIntentId: 'pi_2' }]) {
      given(orderDecider, history(placeOrder, failure))
        .when({ ...failure, ...other })
        .thenTypes(['PaymentFailed']);
    }
  });

  it('says nothing new once the order is paid', () => {
    given(orderDecider, history(...toPaid))
      .when(failure)
      .thenNothing();
  });
});

describe('a payment that arrives late', () => {
  it('on a cancelled order is recorded, shared out and refunded', () => {
    given(orderDecider, history(placeOrder, cancel()))
      .when({ ...pay, at: minute(16) })
      .thenEvents([
        { type: 'OrderPaid', data: { paymentIntentId: 'pi_1', amount: 10_000, currency: 'USD', paidAt: minute(16) } },
        { type: 'PayoutsAllocated', data: { ...allocation, allocatedAt: minute(16) } },
        {
          type: 'RefundRequested',
          data: {
            refundId: 'o1-1',
            amount: 10_000,
            currency: 'USD',
            reason: 'changed plans',
            requestedAt: minute(16),
          },
        },
      ]);
    given(orderDecider, history(placeOrder, cancel())).when(pay).thenState({
      status: 'cancelled',
      refundStatus: 'requested',
    });
    // Its stock has gone back already.
    given(orderDecider, history(placeOrder, cancel()))
      .when({ ...pay, stockHeld: false })
      .thenTypes(['OrderPaid', 'PayoutsAllocated', 'RefundRequested']);
  });

  it('on an expired order revives it when the stock is held', () => {
    const command = given(orderDecider, history(placeOrder, expire)).when(pay);
    command.thenTypes(['OrderPaid', 'OrderReinstated', 'PayoutsAllocated']);
    command.thenState({ status: 'paid', refundStatus: 'none' });
  });

  it('on an expired order cancels and refunds it when the stock is gone', () => {
    const command = given(orderDecider, history(placeOrder, expire)).when({ ...pay, stockHeld: false });
    command.thenTypes(['OrderPaid', 'PayoutsAllocated', 'OrderCancelled', 'RefundRequested']);
    command.thenState({
      status: 'cancelled',
      cancelInitiator: 'portal',
      cancelReason: stockGoneReason,
      refundStatus: 'requested',
    });
  });

  it('does not sell stock that is gone although the order has not lapsed yet', () => {
    given(orderDecider, history(placeOrder))
      .when({ ...pay, stockHeld: false })
      .thenTypes(['OrderPaid', 'PayoutsAllocated', 'OrderCancelled', 'RefundRequested']);
  });

  it('nets refunds that were told before it', () => {
    const command = given(orderDecider, history(placeOrder, refund('re_1', 4_000))).when(pay);
    command.thenTypes(['OrderPaid', 'PayoutsAllocated', 'PayoutsReversed']);
    command.thenState({ refundedTotal: 4_000, refundStatus: 'partial', reversedTotal: 4_000 });
  });
});

describe('expiry', () => {
  it('ends an order that nobody paid', () => {
    given(orderDecider, history(placeOrder))
      .when(expire)
      .thenEvents([{ type: 'OrderExpired', data: { expiredAt: minute(30) } }]);
  });

  it('does not come early', () => {
    given(orderDecider, history(placeOrder))
      .when({ ...expire, at: minute(29) })
      .thenRejected('illegal-transition');
  });

  it.each([
    ['paid', [pay]],
    ['cancelled', [cancel()]],
    ['expired', [expire]],
  ] as [string, OrderCommand[]][])('leaves an order alone that is %s', (_status, commands) => {
    given(orderDecider, history(placeOrder, ...commands))
      .when(expire)
      .thenNothing();
  });
});

describe('a dispute', () => {
  const dispute: OrderCommand = {
    type: 'RecordDispute',
    disputeId: 'dp_1',
    amount: 10_000,
    currency: 'USD',
    reason: 'fraudulent',
    at: minute(40),
  };

  it('is recorded once and moves no money', () => {
    const command = given(orderDecider, history(...toPaid)).when(dispute);
    command.thenEvents([
      {
        type: 'DisputeOpened',
        data: { disputeId: 'dp_1', amount: 10_000, currency: 'USD', reason: 'fraudulent', openedAt: minute(40) },
      },
    ]);
    command.thenState({ status: 'paid', refundedTotal: 0 });
    given(orderDecider, history(...toPaid, dispute))
      .when(dispute)
      .thenNothing();
  });
});

describe('the time of an order', () => {
  it('is that of its latest event, also when a message carries an older one', () => {
    const { state } = given(orderDecider, history(...toPaid, { ...dispute(), at: minute(1) }));
    expect(state?.updatedAt).toBe(minute(2));
  });

  function dispute(): Extract<OrderCommand, { type: 'RecordDispute' }> {
    return { type: 'RecordDispute', disputeId: 'dp_1', amount: 1, currency: 'USD', reason: 'general', at: minute(40) };
  }
});
