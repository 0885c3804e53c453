import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { AuditKey } from '../options.js';

/** The example is the key of RFC 8037, appendix A. */
const AuditKeys = Type.Object(
  {
    keys: Type.Array(
      Type.Object({
        kty: Type.Literal('OKP', { description: 'A key on an Edwards curve (RFC 8037)' }),
        crv: Type.Literal('Ed25519', { description: 'The curve' }),
        x: Type.String({
          description: 'The key, 32 bytes in base64url',
          examples: ['11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'],
        }),
        kid: Type.String({
          description: 'Its thumbprint (RFC 7638); seals and manifests name it',
          examples: ['kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'],
        }),
        use: Type.Literal('sig', { description: 'For signatures' }),
        alg: Type.Literal('EdDSA', { description: 'Their algorithm' }),
        pem: Type.String({
          description: 'The same key as PEM',
          examples: [
            '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n',
          ],
        }),
      }),
      { description: 'The current key first, then former ones' },
    ),
  },
  { description: 'The keys' },
);

/** A key lives for years; an hour is soon enough to hear of a new one. */
const maxAgeSeconds = 3_600;

/** The public keys that seals and export manifests are verified with. They are no secret, so no credential. */
export const auditKeyRoutes: FastifyPluginAsyncTypebox<{ auditKeys: readonly AuditKey[] }> = async (
  app,
  { auditKeys },
) => {
  app.get(
    '/.well-known/audit-key',
    {
      config: { policy: 'public' },
      schema: {
        operationId: 'getAuditKey',
        tags: ['operations'],
        summary: 'Public keys of the audit seals',
        description:
          'A JWK set (RFC 7517). The current key comes first, former ones follow; empty where nothing is signed.',
        response: { 200: AuditKeys },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', `public, max-age=${maxAgeSeconds}`);
      return { keys: [...auditKeys] };
    },
  );
};
