import { describe, expect, it } from 'vitest';
import { PaymentsError } from '../../../src/commands/ports.js';
import type { OrderCommand } from '../../../src/domain/order/commands.js';
import { createCancelIntentHandler } from '../../../src/processes/handlers/cancel-intent.js';
import { context, knowing, openEffect } from '../../support/known-order.js';
import { cancel, minute, placeOrder, toPaid } from '../../support/orders.js';

const opened: OrderCommand = {
  type: 'InitiatePayment',
  paymentIntentId: 'pi_1',
  amount: 10_000,
  currency: 'USD',
  at: minute(1),
};

describe('the payment of a cancelled order', () => {
  async function called(commands: readonly OrderCommand[], failure?: Error): Promise<string[]> {
    const asked: string[] = [];
    const payments = {
      async cancelPaymentIntent(id: string) {
        asked.push(id);
        if (failure) throw failure;
      },
    };
    const { perform } = createCancelIntentHandler({ handler: await knowing(commands), payments });
    await perform(openEffect('cancel-intent'), context);
    return asked;
  }

  it.each([
    ['is called off where it was opened', [placeOrder, opened, cancel()], ['pi_1']],
    ['needs nothing where it was never opened', [placeOrder, cancel()], []],
    ['is left to the refund where it was made', [...toPaid, cancel()], []],
  ])('%s', async (_what, commands, asked) => {
    expect(await called(commands)).toEqual(asked);
  });

  it('is called off again until the provider has answered, be it that it was made meanwhile', async () => {
    const refuses = (final: boolean) => called([placeOrder, opened, cancel()], new PaymentsError('no', final, null));
    expect(await refuses(true)).toEqual(['pi_1']);
    await expect(refuses(false)).rejects.toThrow('no');
  });
});
