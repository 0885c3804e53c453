import { asSku } from '../../domain/shared/ids.js';
import { parseDecimal } from '../../domain/shared/money.js';
import type { WarehouseProduct } from '../../processes/ports/warehouse.js';
import { CallFailure } from './call-failure.js';
import { readProduct } from './schemas.js';
import { firstOf, textOf } from './text.js';

/** Maps a product to the portal's terms. @throws CallFailure `unreadable` when a needed field is missing or broken */
export function toProduct(raw: unknown, currency: string): WarehouseProduct {
  const answer = readProduct(raw);
  const price = parseDecimal(firstOf(answer, 'price', 'unit_price'), currency);
  if (!price.ok) throw new CallFailure('unreadable', `a product's price: ${price.detail}`);
  const sku = asSku(String(answer.sku));
  return {
    id: String(answer.id),
    sku,
    name: textOf(answer.product_name) ?? sku,
    brand: textOf(firstOf(answer, 'brand', 'manufacturer')) ?? '',
    price: price.amount,
    description: textOf(answer.description),
  };
}
