import { asSku, maxSkuLength, type Sku } from '../../domain/shared/ids.js';
import { parseDecimal } from '../../domain/shared/money.js';
import type { ItemReading } from '../../processes/ports/warehouse.js';
import { isObject } from './error-body.js';
import { firstOf, textOf } from './text.js';

/** What products are sorted and lots are found by; an index of PostgreSQL holds 2,700 bytes, of a name and a SKU together. */
const maxNameLength = 500;

const unbranded = 'Unbranded';

/** Maps an inventory item to the portal's terms as the guide says, or says why it cannot be used. */
export function readItem(raw: unknown, currency: string): ItemReading {
  if (!isObject(raw)) return refuse(null, 'not an object');
  const text = textOf(raw.sku);
  if (text === null) return refuse(null, 'no sku');
  const sku = asSku(text);
  if (sku.length > maxSkuLength) return refuse(null, `sku longer than ${maxSkuLength}`);
  const quantity = readQuantity(raw.quantity_available);
  if (typeof quantity === 'string') return refuse(sku, quantity);
  const price = parseDecimal(firstOf(raw, 'price', 'unit_price'), currency);
  if (!price.ok) return refuse(sku, `price: ${price.detail}`);
  return {
    ok: true,
    item: {
      sku,
      name: nameOf(raw.product_name) ?? sku,
      brand: brandOf(raw),
      description: textOf(raw.description),
      price: price.amount,
      currency,
      quantity,
      thc: nameOf(firstOf(raw, 'thc_content', 'thc_mg')),
      batchNumber: nameOf(firstOf(raw, 'batch_number', 'lot_number')),
      coaLink: linkOf(firstOf(raw, 'coa_url', 'certificate_url')),
    },
  };
}

function nameOf(value: unknown): string | null {
  return textOf(value, maxNameLength);
}

/** Every sale owes its brand a share, so what the warehouse names no brand for is sold, and owed, under one name. */
function brandOf(raw: Record<string, unknown>): string {
  return nameOf(raw.brand) ?? nameOf(raw.manufacturer) ?? unbranded;
}

/** Pages make links of it, so nothing that a browser would run: `javascript:`, `data:` and their like are no link. */
function linkOf(value: unknown): string | null {
  const text = textOf(value);
  return text === null || /^https?:/i.test(text) || !URL.canParse(text) ? text : null;
}

/** @returns the quantity, or what is wrong with it */
function readQuantity(value: unknown): number | string {
  const quantity = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof quantity !== 'number' || !Number.isFinite(quantity)) return 'no quantity';
  if (quantity < 0) return 'negative quantity';
  if (!Number.isInteger(quantity)) return 'fractional quantity';
  return Number.isSafeInteger(quantity) ? quantity : 'quantity too large';
}

function refuse(sku: Sku | null, reason: string): ItemReading {
  return { ok: false, sku, reason };
}
