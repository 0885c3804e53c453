import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderCommand } from '../../../src/domain/order/commands.js';
import { cancel, minute, observe, orderAfter, pay, placeOrder, refund, toExported } from '../../support/orders.js';
import { randomRuns, randomTimeoutMs } from '../../support/runs.js';

/**
 * Messages about money and cancellation come at least once and in any order. What an order ends as may depend only on
 * which of them came.
 */

const failure: OrderCommand = {
  type: 'RecordPaymentFailure',
  paymentIntentId: 'pi_1',
  reason: 'card declined',
  at: minute(1),
};
const charge = (amountRefunded: number): OrderCommand => ({
  type: 'RecordChargeRefunded',
  amountRefunded,
  currency: 'USD',
  at: minute(21),
});

/** Refund messages of three refunds that together are the whole payment; each may be told in any of its states. */
const refundMessages: readonly OrderCommand[] = [
  refund('re_1', 3_000, 'pending'),
  refund('re_1', 3_000, 'succeeded'),
  refund('re_1', 3_000, 'failed'),
  refund('re_2', 5_000, 'pending'),
  refund('re_2', 5_000, 'succeeded'),
  refund('re_2', 5_000, 'failed'),
  refund('re_3', 2_000, 'succeeded'),
  refund('re_4', 10_000, 'succeeded'),
  refund('re_4', 10_000, 'failed'),
  charge(3_000),
  charge(8_000),
  charge(10_000),
];
const endings: readonly OrderCommand[] = [
  failure,
  pay,
  cancel('operator'),
  observe('cancelled'),
  { type: 'ExpireOrder', at: minute(30) },
];

/** A set of messages, and the same messages in another order with some told twice. */
const shuffledMessages = (messages: readonly OrderCommand[], always: readonly OrderCommand[]) =>
  fc.subarray([...messages]).chain((chosen) => {
    const set = [...always, ...chosen];
    const shuffled = fc.shuffledSubarray(set, { minLength: set.length });
    return fc.record({
      one: fc.tuple(shuffled, fc.subarray(set)).map(([all, again]) => [...all, ...again]),
      other: fc.tuple(fc.subarray(set), shuffled).map(([early, all]) => [...early, ...all]),
    });
  });

describe('payment, refund and cancellation messages', { timeout: randomTimeoutMs }, () => {
  it('lead a placed order to the same end in every order and however often they come', () => {
    fc.assert(
      fc.property(shuffledMessages([...endings, ...refundMessages], []), ({ one, other }) => {
        expect(endOf([placeOrder, ...one])).toEqual(endOf([placeOrder, ...other]));
      }),
      { numRuns: randomRuns(1_500) },
    );
  });

  it('lead a paid order that is cancelled to the same end', () => {
    fc.assert(
      fc.property(shuffledMessages(refundMessages, [pay, cancel('operator')]), ({ one, other }) => {
        expect(endOf([placeOrder, ...one])).toEqual(endOf([placeOrder, ...other]));
      }),
      { numRuns: randomRuns(1_500) },
    );
  });

  it('lead an exported order to the same end', () => {
    const messages = [failure, pay, cancel('operator'), observe('cancelled'), ...refundMessages];
    fc.assert(
      fc.property(shuffledMessages(messages, []), ({ one, other }) => {
        expect(endOf([...toExported, ...one])).toEqual(endOf([...toExported, ...other]));
      }),
      { numRuns: randomRuns(1_500) },
    );
  });

  it('converge when an operator had asked for a partial refund before', () => {
    const asked: OrderCommand[] = [
      ...toExported,
      { type: 'RequestRefund', amount: 2_000, reason: 'damaged', at: minute(5) },
    ];
    fc.assert(
      fc.property(
        shuffledMessages([cancel('operator'), observe('cancelled'), ...refundMessages], []),
        ({ one, other }) => {
          expect(endOf([...asked, ...one])).toEqual(endOf([...asked, ...other]));
        },
      ),
      { numRuns: randomRuns(1_500) },
    );
  });

  it('end a cancelled order that was paid with its refund asked for or done', () => {
    fc.assert(
      fc.property(shuffledMessages(refundMessages, [pay, cancel('operator')]), ({ one }) => {
        const order = orderAfter([placeOrder, ...one]);
        expect(order.status).toBe('cancelled');
        expect(['requested', 'succeeded', 'failed']).toContain(order.refundStatus);
        const asked = order.refundLedger.requests.length > 0;
        expect(asked || order.refundedTotal === order.total).toBe(true);
      }),
    );
  });
});

/** What may not depend on the order of arrival. */
function endOf(commands: readonly OrderCommand[]) {
  const { status, refundStatus, paid, refundedTotal, netPayouts, reversedTotal } = orderAfter(commands);
  return { status, refundStatus, paid, refundedTotal, netPayouts, reversedTotal };
}
