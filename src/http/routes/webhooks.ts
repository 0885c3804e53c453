import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { UseCases } from '../../commands/use-cases.js';
import type { Limits } from '../options.js';
import { Problem } from '../problems/problem.js';
import { bodyProblems, problemResponses } from '../schemas/shared.js';

/** Signatures cover the body byte for byte, so in this scope nothing parses it. */
export const webhookRoutes: FastifyPluginAsyncTypebox<{ useCases: UseCases; limits: Limits }> = async (
  app,
  { useCases, limits },
) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.post(
    '/webhooks/stripe',
    {
      // A webhook turned away is money not booked; its signature is its limit.
      config: { policy: 'signed', rateLimit: false },
      bodyLimit: limits.webhookBytes,
      schema: {
        operationId: 'receiveStripeWebhook',
        tags: ['webhooks'],
        summary: 'Receive a Stripe event',
        description: 'Answers 200 once the event is stored; what follows from it happens later. Repeats are welcome.',
        headers: Type.Object({
          'stripe-signature': Type.Optional(
            Type.String({
              maxLength: 4096,
              description: 'Time and signatures, as Stripe sends them',
              examples: ['t=1772357400,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd'],
            }),
          ),
        }),
        response: {
          200: Type.Object(
            {
              received: Type.Literal(true, { description: 'Always' }),
              stored: Type.Boolean({ description: 'False when this event was known already' }),
            },
            { description: 'It is in the database' },
          ),
          ...problemResponses('bad-signature', ...bodyProblems),
        },
      },
    },
    async (request) => {
      // What comes without a signature, or without a body, is counted and logged like what is signed wrongly.
      const { 'stripe-signature': signature = '' } = request.headers;
      const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const received = await useCases.receiveWebhook({ rawBody, signature }, { correlationId: request.id });
      if (received === 'bad-signature') {
        throw new Problem('bad-signature', 'The signature is missing, does not match the body, or is too old.');
      }
      return { received: true as const, stored: received.stored };
    },
  );
};
