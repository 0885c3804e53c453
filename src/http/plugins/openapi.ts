import swagger from '@fastify/swagger';
import type { FastifySchema } from 'fastify';
import fp from 'fastify-plugin';
import { withAnswers } from '../openapi/answers.js';
import { type Policy, policies } from '../security/policies.js';

/** Collects the routes into an OpenAPI 3.1 document; register before the routes it shall contain. */
export const openapi = fp(
  async (app) => {
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'VitalLogistics portal',
          version: '1.0.0',
          license: { name: 'MIT', identifier: 'MIT' },
          description:
            'Orders, inventory and payouts of the B2B portal. Money is integer minor units (cents) with a currency; ' +
            'times are ISO 8601 UTC with milliseconds. Errors are RFC 9457 problem details. A write answers with ' +
            '`X-Event-Position`; a read that sends it back as `X-Min-Event-Position` sees that write.',
        },
        servers: [{ url: '/', description: 'The portal that serves this document' }],
        tags: [
          { name: 'products', description: 'The catalogue as buyers see it' },
          { name: 'inventory', description: 'Stock as the warehouse says, and what can still be promised' },
          { name: 'orders', description: 'Placing, following and changing orders' },
          { name: 'events', description: 'Changes as they happen' },
          { name: 'payouts', description: 'Brands and their shares' },
          { name: 'webhooks', description: 'What others tell the portal' },
          { name: 'operations', description: 'Health, metrics and this document' },
        ],
        components: {
          securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
        },
      },
      transform: ({ schema, url, route }) => ({
        url,
        schema: { ...withOptionalDefaults(schema), ...access(route.config?.policy, schema) },
      }),
      transformObject: (document) => ('openapiObject' in document ? withAnswers(document.openapiObject) : {}),
      refResolver: {
        buildLocalReference: (json, _baseUri, _fragment, index) =>
          typeof json.$id === 'string' ? json.$id : `def-${index}`,
      },
    });
  },
  { name: 'openapi' },
);

/** Who may call the operation, as the policy has it. */
function access(policy: Policy | undefined, schema: FastifySchema | undefined): FastifySchema {
  const roles = policy === undefined ? null : policies[policy];
  if (roles === null) return { security: [] };
  const sentence = `Needs \`${policy}\`: ${roles.join(', ')}.`;
  return {
    security: [{ bearer: [] }],
    description: [schema?.description, sentence].filter((part) => part !== undefined).join('\n\n'),
  };
}

/** What has a default may be left out, though the handler always finds it. */
function withOptionalDefaults(schema: FastifySchema | undefined): FastifySchema {
  const query = schema?.querystring as { required?: string[]; properties?: Record<string, object> } | undefined;
  if (!query?.required) return { ...schema };
  const required = query.required.filter((name) => !('default' in (query.properties?.[name] ?? {})));
  return { ...schema, querystring: { ...query, required } };
}
