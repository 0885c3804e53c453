import { expect, expectTypeOf, it } from 'vitest';
import { orders } from '../../../../src/commands/aggregates.js';
import type { CommandHandler } from '../../../../src/commands/handler.js';
import { asOrderId, type OrderId } from '../../../../src/domain/order/order-id.js';

// What the compiler refuses is said here: `npm run check:types` fails where it takes it.

it('an id is the text that it is made of', () => {
  expect(JSON.stringify({ orderId: asOrderId('o1') })).toBe('{"orderId":"o1"}');
  expectTypeOf<OrderId>().toExtend<string>();
});

it('text is no id until somebody says so', () => {
  expectTypeOf<string>().not.toExtend<OrderId>();
});

it('a stream is asked for by the id of its aggregate', () => {
  const _load = ({ load }: CommandHandler) => [
    load(orders, asOrderId('o1')),
    // @ts-expect-error: any text
    load(orders, 'o1'),
  ];
  expectTypeOf(orders.asId('o1')).toEqualTypeOf<OrderId>();
});
