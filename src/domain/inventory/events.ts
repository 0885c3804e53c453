import { type Static, Type } from 'typebox';
import { Currency, type EventsOf, MinorUnits, NullableText, record, Text, Timestamp } from '../shared/event-schema.js';
import { BrandId, OrderId, Sku } from '../shared/ids.js';

/** Events of the stream `inventory-{sku}`: data schemas by event type, all at schema version 1. */

const Quantity = Type.Integer({ minimum: 0 });
const Pieces = Type.Integer({ minimum: 1 });

/** What the catalogue says of a product, apart from price and stock. */
const details = {
  name: Text,
  brandId: BrandId,
  brand: Text,
  description: NullableText,
  thc: NullableText,
  batchNumber: NullableText,
  coaLink: NullableText,
};
export const ProductDetails = record(details);
export type ProductDetails = Static<typeof ProductDetails>;

export const inventoryEventSchemas = {
  ProductListed: record({
    sku: Sku,
    /** The portal's product id; stable for the life of the SKU. */
    productId: Text,
    ...details,
    price: MinorUnits,
    currency: Currency,
    quantity: Quantity,
    syncId: Text,
    snapshotAt: Timestamp,
  }),
  ProductDetailsChanged: record({ ...details, syncId: Text, snapshotAt: Timestamp }),
  PriceChanged: record({ from: MinorUnits, to: MinorUnits, currency: Currency, syncId: Text, snapshotAt: Timestamp }),
  StockLevelChanged: record({ from: Quantity, to: Quantity, syncId: Text, snapshotAt: Timestamp }),
  ProductDelisted: record({ syncId: Text, snapshotAt: Timestamp }),
  ProductRelisted: record({ syncId: Text, snapshotAt: Timestamp }),
  StockReserved: record({ orderId: OrderId, quantity: Pieces, expiresAt: Timestamp, reservedAt: Timestamp }),
  ReservationReleased: record({
    orderId: OrderId,
    quantity: Pieces,
    reason: Type.Union([Type.Literal('refused'), Type.Literal('expired'), Type.Literal('cancelled')]),
    releasedAt: Timestamp,
  }),
  /** The warehouse has the order; a snapshot requested after the order's `OrderExported` already counts it out. */
  ReservationCommitted: record({ orderId: OrderId, exportedAt: Timestamp }),
  ReservationSettled: record({ orderId: OrderId, quantity: Pieces, syncId: Text, snapshotAt: Timestamp }),
};

export type InventoryEvent = EventsOf<typeof inventoryEventSchemas>;
