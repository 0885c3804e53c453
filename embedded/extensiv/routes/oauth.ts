import type { FastifyInstance } from 'fastify';
import type { Tokens } from '../tokens.js';
import { refuse } from './answers.js';

/** `POST /oauth/token`: the client credentials grant of RFC 6749, section 4.4. */
export function oauthRoutes(
  app: FastifyInstance,
  credentials: { clientId: string; clientSecret: string },
  tokens: Tokens,
) {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, new URLSearchParams(String(body)));
  });

  app.post('/oauth/token', (request, reply) => {
    const form = request.body;
    if (!(form instanceof URLSearchParams)) {
      return refuse(reply, 400, 'invalid_request', 'The token request is form-encoded.');
    }
    if (form.get('grant_type') !== 'client_credentials') {
      return refuse(reply, 400, 'unsupported_grant_type', 'Only client_credentials is supported.');
    }
    if (form.get('client_id') !== credentials.clientId || form.get('client_secret') !== credentials.clientSecret) {
      return refuse(reply, 401, 'invalid_client', 'Unknown client or wrong secret.');
    }
    return reply
      .header('cache-control', 'no-store')
      .send({ access_token: tokens.issue(), token_type: 'Bearer', expires_in: tokens.lifetimeSeconds });
  });
}
