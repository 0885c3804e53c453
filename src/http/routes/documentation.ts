import swaggerUi from '@fastify/swagger-ui';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { problemResponses } from '../schemas/shared.js';

/** The OpenAPI document, and a page to read and try it. */
export const documentationRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/openapi.json',
    {
      config: { policy: 'public' },
      schema: {
        operationId: 'getOpenApi',
        tags: ['operations'],
        summary: 'Get this document',
        description: 'OpenAPI 3.1, made of the routes themselves.',
        response: {
          200: {
            description: 'The document',
            content: {
              'application/json': {
                schema: Type.Object({}, { additionalProperties: true, description: 'OpenAPI 3.1' }),
              },
            },
          },
          ...problemResponses(),
        },
      },
    },
    async (_request, reply) => reply.header('content-type', 'application/json; charset=utf-8').send(app.swagger()),
  );

  await app.register(async (page) => {
    // The page's routes are not ours to configure one by one.
    page.addHook('onRoute', (route) => {
      route.config = { ...route.config, policy: 'public', quiet: true };
    });
    await page.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: {
        'default-src': "'self'",
        'base-uri': "'self'",
        'img-src': ["'self'", 'data:'],
        'script-src': "'self'",
        'style-src': ["'self'", "'unsafe-inline'"],
        'object-src': "'none'",
        'frame-ancestors': "'none'",
      },
      uiConfig: { docExpansion: 'list', tryItOutEnabled: true },
      theme: {
        title: 'API of the VitalLogistics portal',
        // The bar shows the framework's name, and a box for the addresses of other documents.
        css: [{ filename: 'page.css', content: '.swagger-ui .topbar { display: none }' }],
      },
    });
  });
};
