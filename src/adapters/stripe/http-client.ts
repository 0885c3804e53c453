import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import Stripe from 'stripe';

/**
 * The library's HTTP client, which takes nothing for Stripe's word that is not. The library looks at no status: any JSON
 * without `error` is what was asked for, so the `503 {"message": "…"}` of a gateway would pass for a refund that was made.
 *
 * @param folder goes before each path, which the library has no setting for
 */
export function createStripeHttpClient(agent: HttpAgent | HttpsAgent, folder = ''): Stripe.HttpClient {
  const client = Stripe.createNodeHttpClient(agent);
  const makeRequest = client.makeRequest.bind(client);
  client.makeRequest = async (host, port, path, ...request) => {
    const response = await makeRequest(host, port, folder + path, ...request);
    const toJson = response.toJSON.bind(response);
    response.toJSON = async () => {
      const body: unknown = await toJson().catch(() => null);
      return isStripes(response.getStatusCode(), body) ? body : unusable;
    };
    return response;
  };
  return client;
}

/** As Stripe tells of a failure of its own: the same request may succeed later. */
const unusable = { error: { type: 'api_error', message: 'the answer is not one of Stripe' } };

/** Stripe answers with a resource, a list or an error. */
function isStripes(status: number, body: unknown): boolean {
  if (!isObject(body)) return false;
  if (isObject(body.error)) return true;
  return status < 300 && ((typeof body.id === 'string' && body.id !== '') || Array.isArray(body.data));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
