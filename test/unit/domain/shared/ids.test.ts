import { expect, expectTypeOf, it } from 'vitest';
import { inventory, orders } from '../../../../src/commands/aggregates.js';
import type { CommandHandler } from '../../../../src/commands/handler.js';
import {
  asOrderId,
  asSku,
  type BrandId,
  type ExtensivOrderId,
  type OrderId,
  type Sku,
} from '../../../../src/domain/shared/ids.js';

// What the compiler refuses is said here: `npm run check:types` fails where it takes it.

it('an id is the text that it is made of', () => {
  expect(JSON.stringify({ orderId: asOrderId('o1') })).toBe('{"orderId":"o1"}');
  expectTypeOf<OrderId>().toExtend<string>();
});

it('text is no id until somebody says so, and no id is of another kind', () => {
  expectTypeOf<string>().not.toExtend<OrderId>();
  expectTypeOf<string>().not.toExtend<Sku>();
  expectTypeOf<string>().not.toExtend<BrandId>();
  expectTypeOf<string>().not.toExtend<ExtensivOrderId>();
  expectTypeOf<BrandId>().not.toExtend<Sku>();
  expectTypeOf<ExtensivOrderId>().not.toExtend<OrderId>();
  expectTypeOf<Sku>().not.toExtend<OrderId>();
  expectTypeOf<OrderId>().not.toExtend<Sku>();
});

it('a stream is asked for by the id of its aggregate', () => {
  const _load = ({ load }: CommandHandler) => [
    load(orders, asOrderId('o1')),
    // @ts-expect-error: any text
    load(orders, 'o1'),
    // @ts-expect-error: the id of another aggregate
    load(orders, asSku('o1')),
    // @ts-expect-error: the id of another aggregate
    load(inventory, asOrderId('o1')),
  ];
  expectTypeOf(orders.asId('o1')).toEqualTypeOf<OrderId>();
});
