import type { FastifyInstance } from 'fastify';
import { brandFields, priceFields, type StockItem } from '../catalogue.js';
import type { Inventory } from '../inventory.js';
import { refuse, sendPage } from './answers.js';

type Query = Record<string, string | undefined>;

/** The catalogue's endpoints: stock levels by SKU, and products by id. */
export function inventoryRoutes(app: FastifyInstance, inventory: Inventory): void {
  app.get<{ Querystring: Query }>('/inventory', (request, reply) => sendPage(reply, inventory.feed(), request.query));

  app.get<{ Params: { sku: string } }>('/inventory/:sku', (request, reply) => {
    const item = inventory.find(request.params.sku);
    return item ? reply.send(item) : refuse(reply, 404, 'not_found', 'No such SKU.');
  });

  app.get<{ Querystring: Query }>('/products', (request, reply) =>
    sendPage(reply, inventory.items(), request.query, product),
  );

  app.get<{ Params: { id: string } }>('/products/:id', (request, reply) => {
    const item = inventory.find(request.params.id.replace(/^PRD-/, ''));
    return item && request.params.id.startsWith('PRD-')
      ? reply.send(product(item))
      : refuse(reply, 404, 'not_found', 'No such product.');
  });
}

function product(item: StockItem): Record<string, unknown> {
  return {
    id: `PRD-${item.sku}`,
    sku: item.sku,
    product_name: item.product_name,
    brand: brandFields.map((field) => item[field]).find((value) => value !== undefined),
    price: priceFields.map((field) => item[field]).find((value) => value !== undefined),
    description: item.description,
    updated_at: item.updated_at,
  };
}
