import { type Brand, brands, type Form, forms } from './assortment.js';
import { between, pick, seededRandom } from './random.js';

/**
 * An inventory item as it goes over the wire. Which of two names a field has (`brand` or `manufacturer`, `price` or
 * `unit_price`, ...) differs from item to item, as it does between the feeds of a warehouse's clients.
 */
export interface StockItem {
  sku: string;
  product_name: string;
  quantity_available: number;
  updated_at: string;
  [field: string]: unknown;
}

export const brandFields = ['brand', 'manufacturer'] as const;
export const priceFields = ['price', 'unit_price'] as const;
export const thcFields = ['thc_content', 'thc_mg'] as const;
export const batchFields = ['batch_number', 'lot_number'] as const;
export const certificateFields = ['coa_url', 'certificate_url'] as const;

/** The first `size` items of the catalogue; the same for the same seed, and a larger one begins with the smaller. */
export function catalogue(size: number, seed = 1): StockItem[] {
  return Array.from({ length: size }, (_, index) => catalogueItem(index, seed));
}

/** The time every untouched item was last updated. */
const stocktake = '2026-01-02T06:00:00.000Z';

function catalogueItem(index: number, seed: number): StockItem {
  const random = seededRandom(seed * 1_000_003 + index);
  const brand = brands[index % brands.length] ?? brands[0];
  const form = brand.code === 'PWM' ? petForm : pick(random, forms);
  const strength = pick(random, form.strengths);
  const variant = pick(random, form.variants);
  const size = pick(random, form.packages);
  const batch = batchNumber(random, brand);
  // Every third item speaks the other dialect.
  const spelling = index % 3 === 2 ? 1 : 0;
  return {
    sku: `${brand.code}-${form.code}-${String(index + 1).padStart(4, '0')}`,
    product_name: `${brand.name} ${form.name} ${variant} ${strength} mg, ${size}`,
    [brandFields[spelling]]: brand.name,
    quantity_available: between(random, 40, 900),
    [priceFields[spelling]]: price(random, form, strength, index),
    [thcFields[spelling]]: thc(random, form, strength, spelling),
    [batchFields[spelling]]: batch,
    [certificateFields[spelling]]: `https://coa.example.com/${brand.slug}/${batch}.pdf`,
    description: `${form.category}: ${variant.toLowerCase()}, ${strength} mg of cannabinoids in ${size}.`,
    updated_at: stocktake,
  };
}

const petForm = forms.find((form) => form.code === 'PET') ?? forms[0];

/** Major units; every other item as a decimal string, because warehouses do both. */
function price(random: () => number, form: Form, strength: number, index: number): number | string {
  const cents = form.basePrice + Math.round(strength * 1.5) + between(random, 0, 6) * 100 - 1;
  return index % 2 === 0 ? cents / 100 : (cents / 100).toFixed(2);
}

/** A share of the weight, or milligrams per package; below the legal 0.3 % either way. */
function thc(random: () => number, form: Form, strength: number, spelling: 0 | 1): string | number {
  const isolate = form.code === 'ISO';
  if (spelling === 1) return isolate ? 0 : between(random, 1, Math.max(2, Math.floor(strength / 25))) / 10;
  return isolate ? '0.00%' : `0.${String(between(random, 3, 29)).padStart(2, '0')}%`;
}

function batchNumber(random: () => number, brand: Brand): string {
  const month = String(between(random, 1, 12)).padStart(2, '0');
  const day = String(between(random, 1, 28)).padStart(2, '0');
  return `${brand.code}25${month}${day}-${between(random, 1, 9)}`;
}
