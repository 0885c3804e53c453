import { describe, expect, it } from 'vitest';
import { orders } from '../../../src/commands/aggregates.js';
import type { OrderCommand } from '../../../src/domain/order/commands.js';
import { asOrderId } from '../../../src/domain/shared/ids.js';
import { createRefundHandler } from '../../../src/processes/handlers/refund.js';
import type { Payments, RefundMessage } from '../../../src/processes/ports/payments.js';
import { byHand, clock, context, knowing, locks, openEffect } from '../../support/known-order.js';
import { minute, refund, toPaid } from '../../support/orders.js';

const ask: OrderCommand = { type: 'RequestRefund', amount: 2_500, reason: 'damaged', at: minute(18) };

describe('a refund', () => {
  async function performed(commands: readonly OrderCommand[], known: readonly RefundMessage[] = [], times = 1) {
    const handler = await knowing(commands);
    const asked: string[] = [];
    const payments = {
      async refund({ refundId, amount }) {
        asked.push(`${refundId} ${amount}`);
        return { stripeRefundId: 're_1', amount, status: 'pending', failureReason: null };
      },
      async refundsOf() {
        asked.push('which there are');
        return known;
      },
    } satisfies Pick<Payments, 'refund' | 'refundsOf'> as unknown as Payments;
    const { perform } = createRefundHandler({ handler, clock, locks, payments });
    for (let left = times; left > 0; left -= 1) await perform(openEffect('refund', { refundId: 'o1-1' }), context);
    return asked;
  }

  it('is asked for once, however often its effect is performed while it is on its way', async () => {
    expect(await performed([...toPaid, ask], [], 3)).toEqual(['o1-1 2500']);
  });

  it('is not asked for when others have brought back enough', async () => {
    expect(await performed([...toPaid, ask, { ...refund('re_9', 2_500), refundId: null }])).toEqual([]);
  });

  it('goes out only when it is known whose the money is that the charge tells of', async () => {
    const charge: OrderCommand = {
      type: 'RecordChargeRefunded',
      amountRefunded: 1_000,
      currency: 'USD',
      at: minute(20),
    };
    const asked = await performed([...toPaid, ask, charge], [byHand]);
    expect([asked.at(0), asked.at(-1)]).toEqual(['which there are', 'o1-1 1500']);
  });

  it.each([
    ['has failed where the provider knows of none', [], true],
    ['has not failed where the provider has made it', [{ ...byHand, refundId: 'o1-1', amount: 2_500 }], false],
  ])('that is given up %s', async (_what, known, failed) => {
    const handler = await knowing([...toPaid, ask]);
    const payments = { refundsOf: async () => known } as unknown as Payments;
    const { giveUp } = createRefundHandler({ handler, clock, locks, payments });
    await giveUp?.(openEffect('refund', { refundId: 'o1-1' }), 'no answer', context);
    const { state: order } = await handler.load(orders, asOrderId('o1'));
    expect(order?.refundLedger.requests).toMatchObject([{ refundId: 'o1-1', failed }]);
  });
});
