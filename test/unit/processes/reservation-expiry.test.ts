import { describe, expect, it } from 'vitest';
import { inventory, orders } from '../../../src/commands/aggregates.js';
import type { CommandHandler } from '../../../src/commands/handler.js';
import { reservationOf } from '../../../src/domain/inventory/reservations.js';
import type { OrderCommand } from '../../../src/domain/order/commands.js';
import { asOrderId, asSku } from '../../../src/domain/shared/ids.js';
import { EffectPostponed } from '../../../src/processes/effects/effect.js';
import { createReservationExpiryHandler } from '../../../src/processes/handlers/stock.js';
import { snapshot } from '../../support/inventory.js';
import { clock, context, knowing, locks, openEffect } from '../../support/known-order.js';
import { minute, placeOrder, toExported } from '../../support/orders.js';

const sku = asSku('HEMP-1');

/** Stock of which `o1` holds three, whose time was up half an hour ago. */
async function holding(commands: readonly OrderCommand[]): Promise<CommandHandler> {
  const handler = await knowing(commands);
  await handler.handle(inventory, sku, snapshot({ sku }), context);
  const reserve = {
    type: 'Reserve',
    orderId: asOrderId('o1'),
    quantity: 3,
    at: minute(0),
    expiresAt: minute(30),
  } as const;
  await handler.handle(inventory, sku, reserve, context);
  return handler;
}

const lapse = (handler: CommandHandler) =>
  createReservationExpiryHandler({ handler, clock, locks, adoptIfThere: async () => null }).perform(
    openEffect('reservation-expiry', { sku }),
    context,
  );

async function held(handler: CommandHandler) {
  const { state } = await handler.load(inventory, sku);
  return state ? reservationOf(state.reservations, asOrderId('o1')) : null;
}

describe('a reservation whose time is up', () => {
  it('goes back where no order came of it', async () => {
    const handler = await holding([]);
    await lapse(handler);
    expect(await held(handler)).toBeNull();
  });

  it('ends with its order, which nobody has paid', async () => {
    const handler = await holding([placeOrder]);
    await lapse(handler);
    expect((await handler.load(orders, asOrderId('o1'))).state).toMatchObject({ status: 'expired' });
  });

  it('waits for an order that has longer', async () => {
    const handler = await holding([{ ...placeOrder, expiresAt: minute(90) }]);
    const halfAnHour = 30 * 60_000;
    await expect(lapse(handler)).rejects.toSatisfy(
      (error) => error instanceof EffectPostponed && error.delayMs === halfAnHour,
    );
    expect(await held(handler)).toMatchObject({ quantity: 3, exportedAt: null });
  });

  it('is settled by the next snapshot where its order has left the portal', async () => {
    const handler = await holding(toExported);
    await lapse(handler);
    const { state } = await handler.load(orders, asOrderId('o1'));
    expect(await held(handler)).toMatchObject({ quantity: 3, exportedAt: state?.exportedAt });
  });
});
