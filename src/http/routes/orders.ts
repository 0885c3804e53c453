import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Histories, UseCases } from '../../commands/use-cases.js';
import type { Queries } from '../../projections/queries.js';
import type { Limits } from '../options.js';
import { orderCommandRoutes } from './order-commands.js';
import { orderReadRoutes } from './order-reads.js';
import { placeOrderRoute } from './place-order.js';

export interface OrderParts {
  readonly useCases: UseCases;
  readonly queries: Queries;
  readonly histories: Histories;
  readonly limits: Limits;
}

export const orderRoutes: FastifyPluginAsyncTypebox<OrderParts> = async (app, parts) => {
  await app.register(placeOrderRoute, parts);
  await app.register(orderReadRoutes, parts);
  await app.register(orderCommandRoutes, parts);
};
