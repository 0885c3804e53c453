import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { CallFailure } from './call-failure.js';

/** What the warehouse's answers must have at least. Unknown further fields are none of our business. */

const Text = Type.String({ minLength: 1 });
/**
 * Ids are text here; a warehouse may count them. PostgreSQL stores no NUL and no half of a surrogate pair, and its index
 * no long text.
 */
const Id = Type.Union([Type.String({ pattern: '^[^\\0\\p{Cs}]{1,500}$' }), Type.Integer()]);
const MaybeText = Type.Optional(Type.Union([Type.String(), Type.Null()]));

/** A fact without which an order can still be followed: read when it is text or a number, left out otherwise. */
const Fact = Type.Optional(Type.Unknown());
/** Some servers write numbers as text. */
const Count = Type.Union([Type.Integer({ minimum: 0 }), Type.String({ pattern: '^\\d{1,15}$' }), Type.Null()]);

const Token = Type.Object({ access_token: Text, expires_in: Fact });
const CreatedOrder = Type.Object({ id: Id });
const Order = Type.Object({
  id: Id,
  order_number: Id,
  status: Text,
  tracking_number: Fact,
  carrier: Fact,
  updated_at: Fact,
});
const OrderStatus = Type.Object({ ...Order.properties, id: Type.Optional(Id), order_number: Type.Optional(Id) });
const Product = Type.Object({
  id: Id,
  sku: Id,
  product_name: MaybeText,
  brand: MaybeText,
  manufacturer: MaybeText,
  price: Type.Optional(Type.Unknown()),
  unit_price: Type.Optional(Type.Unknown()),
  description: MaybeText,
});
const Paging = Type.Object({
  page: Type.Optional(Count),
  page_size: Type.Optional(Count),
  total: Type.Optional(Count),
});

export const readToken = reader('token', Token);
export const readCreatedOrder = reader('created order', CreatedOrder);
export const readOrder = reader('order', Order);
export const readOrderStatus = reader('order status', OrderStatus);
export const readProduct = reader('product', Product);
export const readPaging = reader('page', Paging);

/** A function that returns its argument when it has the schema's shape, and throws an `unreadable` failure otherwise. */
function reader<Schema extends TSchema>(name: string, schema: Schema): (value: unknown) => Static<Schema> {
  const validator = Compile(schema);
  return (value) => {
    if (validator.Check(value)) return value as Static<Schema>;
    const where = validator.Errors(value)[0]?.instancePath ?? '';
    // Only the place is told, never the value: it may be a customer's.
    throw new CallFailure('unreadable', `the warehouse sent no ${name}: ${where === '' ? 'wrong shape' : where}`);
  };
}
