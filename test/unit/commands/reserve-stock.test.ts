import { expect, it } from 'vitest';
import { inventory } from '../../../src/commands/aggregates.js';
import type { CommandHandler } from '../../../src/commands/handler.js';
import { holdStock } from '../../../src/commands/record-payment.js';
import { quantitiesBySku, reserveStock } from '../../../src/commands/reserve-stock.js';
import type { Reserve } from '../../../src/domain/inventory/commands.js';
import { isRejection } from '../../../src/domain/shared/decider.js';
import { asOrderId, asSku } from '../../../src/domain/shared/ids.js';
import { snapshot } from '../../support/inventory.js';
import { clock, context, knowing } from '../../support/known-order.js';
import { minute, placeOrder } from '../../support/orders.js';

const times = { at: minute(1), expiresAt: minute(31) };

/**
 * Asks for four of A, of which there are five, and for four of B, of which there are ten.
 *
 * @param meanwhile what happens after every SKU was looked at and before one is taken
 */
async function asked(
  meanwhile: (sku: string, handler: CommandHandler) => Promise<unknown>,
  { quantities = { A: 4, B: 4 } as Record<string, number>, keepOnFailure = false } = {},
) {
  const handler = await knowing([]);
  for (const [sku, quantity] of [
    [asSku('A'), 5],
    [asSku('B'), 10],
  ] as const) {
    await handler.handle(inventory, sku, snapshot({ sku, quantity }), context);
  }
  const tried: string[] = [];
  const racing: CommandHandler = {
    load: handler.load,
    async handle(aggregate, id, command, ...rest) {
      if ((command as { type: string }).type === 'Reserve') {
        tried.push(id);
        await meanwhile(id, handler);
      }
      return handler.handle(aggregate, id, command, ...rest);
    },
  };
  const request = {
    orderId: asOrderId('o1'),
    quantities: new Map(Object.entries(quantities).map(([sku, quantity]) => [asSku(sku), quantity])),
    keepOnFailure,
    ...times,
  };
  const outcome = await reserveStock(racing, request, context).catch((error: Error) => error.message);
  const held = async (sku: string) => (await handler.load(inventory, asSku(sku))).state?.reserved;
  const code = typeof outcome === 'string' ? outcome : isRejection(outcome) ? outcome.code : 'taken';
  return { outcome: code, tried, held: [await held('A'), await held('B')] };
}

const nothing = async () => undefined;
const taken = (which: string) => async (sku: string, handler: CommandHandler) => {
  const reserve: Reserve = { type: 'Reserve', orderId: asOrderId('o2'), quantity: sku === 'A' ? 5 : 10, ...times };
  if (sku === which) await handler.handle(inventory, asSku(sku), reserve, context);
};
const failing = (which: string) => async (sku: string) => {
  if (sku === which) throw new Error('the store is away');
};

it('takes what there is of every SKU, the scarcest first', async () => {
  expect(await asked(nothing)).toEqual({ outcome: 'taken', tried: ['A', 'B'], held: [4, 4] });
});

it('takes nothing where one SKU is short', async () => {
  expect(await asked(nothing, { quantities: { A: 6, B: 4 } })).toEqual({
    outcome: 'insufficient-stock',
    tried: [],
    held: [0, 0],
  });
});

it('leaves the others alone when the scarcest has just gone to somebody else', async () => {
  expect(await asked(taken('A'))).toEqual({ outcome: 'insufficient-stock', tried: ['A'], held: [5, 0] });
});

it('gives back what it has taken when another SKU has just gone to somebody else', async () => {
  expect(await asked(taken('B'))).toEqual({ outcome: 'insufficient-stock', tried: ['A', 'B'], held: [0, 10] });
});

it('gives back what it has taken when it fails, unless it is to be tried again', async () => {
  const failed = { outcome: 'the store is away', tried: ['A', 'B'] };
  expect(await asked(failing('B'))).toEqual({ ...failed, held: [0, 0] });
  expect(await asked(failing('B'), { keepOnFailure: true })).toEqual({ ...failed, held: [4, 0] });
});

it('of a SKU on several lines takes what they add up to', () => {
  const lines = [
    { sku: asSku('B'), quantity: 1 },
    { sku: asSku('A'), quantity: 2 },
    { sku: asSku('B'), quantity: 3 },
  ];
  expect([...quantitiesBySku(lines)]).toEqual([
    ['B', 4],
    ['A', 2],
  ]);
});

it('that a paid order holds is kept while the store is away for a part of it', async () => {
  const handler = await knowing([placeOrder]);
  for (const { sku, quantity } of placeOrder.lineItems) {
    await handler.handle(inventory, sku, snapshot({ sku }), context);
    await handler.handle(inventory, sku, { type: 'Reserve', orderId: asOrderId('o1'), quantity, ...times }, context);
  }
  const away: CommandHandler = {
    load: handler.load,
    handle: async (aggregate, id, command, ...rest) => {
      if ((command as { type: string }).type === 'Reserve' && id === 'LEAF-1') throw new Error('the store is away');
      return handler.handle(aggregate, id, command, ...rest);
    },
  };
  const hold = holdStock({ handler: away, clock, reservationTtlSeconds: 1_800 }, asOrderId('o1'), context);
  await expect(hold).rejects.toThrow('the store is away');
  const held = async (sku: string) => (await handler.load(inventory, asSku(sku))).state?.reserved;
  expect([await held('HEMP-1'), await held('LEAF-1')]).toEqual([3, 1]);
});
