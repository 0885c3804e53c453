import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { catalogue } from '../../../embedded/extensiv/catalogue.js';

/** SKUs that every demo catalogue has, however small: a larger one begins with the smaller. */
const smallestCatalogue = 10;

it('the order of the docs orders what the demo warehouse has', () => {
  const order = JSON.parse(readFileSync(new URL('../../../docs/examples/test-order.json', import.meta.url), 'utf8'));
  const stock = new Map(catalogue(smallestCatalogue).map((item) => [item.sku, item.quantity_available]));
  for (const { sku, quantity } of order.lineItems) expect(stock.get(sku) ?? 0, sku).toBeGreaterThan(quantity * 10);
});
