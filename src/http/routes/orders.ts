import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { OrderParts } from '../orders/parts.js';
import { orderCommandRoutes } from './order-commands.js';
import { orderHistoryRoutes } from './order-history.js';
import { orderPaymentRoutes } from './order-payments.js';
import { orderReadRoutes } from './order-reads.js';
import { placeOrderRoute } from './place-order.js';

export const orderRoutes: FastifyPluginAsyncTypebox<OrderParts> = async (app, parts) => {
  await app.register(placeOrderRoute, parts);
  await app.register(orderReadRoutes, parts);
  await app.register(orderHistoryRoutes, parts);
  await app.register(orderCommandRoutes, parts);
  await app.register(orderPaymentRoutes, parts);
};
