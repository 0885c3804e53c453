import { WarehouseError } from '../../processes/ports/warehouse.js';
import { type FetchedToken, tokenRoute } from './access-tokens.js';
import { type ApiCall, type CallSettings, makeCall } from './call.js';
import { errorCode } from './error-body.js';
import { readToken } from './schemas.js';
import type { Transport } from './transport.js';

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The client credentials grant (RFC 6749, section 4.4), repeated like any other call. */
export function createTokenRequest(
  settings: CallSettings,
  transport: Transport,
  { clientId, clientSecret }: Credentials,
): () => Promise<FetchedToken> {
  const call: ApiCall<FetchedToken> = {
    method: 'POST',
    route: tokenRoute,
    path: tokenRoute,
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    }),
    // Every lane waits for the token.
    lane: 'export',
    read(body) {
      const { access_token, expires_in } = readToken(body);
      return { token: access_token, expiresInSeconds: secondsOf(expires_in) };
    },
    expected(status, body) {
      // RFC 6749, section 5.2, allows both statuses.
      if (status !== 401 && !(status === 400 && errorCode(body) === 'invalid_client')) return undefined;
      throw new WarehouseError('bad-credentials', 'the warehouse refused the client id or the secret', {
        method: 'POST',
        route: tokenRoute,
        status,
      });
    },
  };
  return async () => {
    try {
      return await makeCall(settings, call, transport.send);
    } catch (error) {
      if (!(error instanceof WarehouseError) || error.kind !== 'unknown') throw error;
      // Without a token nothing was asked of the warehouse, whatever became of the token request.
      throw new WarehouseError('busy', error.message, error.details);
    }
  };
}

/** RFC 6749 wants a number; some servers send it as text. Null for anything that says no lifetime. */
function secondsOf(expiresIn: unknown): number | null {
  const text = typeof expiresIn === 'string' ? expiresIn.trim() : expiresIn;
  const seconds = typeof text === 'number' || (typeof text === 'string' && text !== '') ? Number(text) : Number.NaN;
  return Number.isFinite(seconds) ? seconds : null;
}
