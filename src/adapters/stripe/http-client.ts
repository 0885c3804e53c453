import type { Agent as HttpAgent, IncomingMessage } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import Stripe from 'stripe';

/** In the place of one of Stripe's error codes: something in between has answered, and of the request nothing is known. */
export const notOfStripe = 'not_of_stripe';

/** A hundred refunds take a third of a megabyte. The library gathers whatever comes, and a text too long ends the process. */
const maxAnswerBytes = 16 * 1024 * 1024;

/**
 * The library's HTTP client, which takes nothing for Stripe's word that is not. The library looks at no status: JSON
 * without `error` is what was asked for, so the `503 {"message": "…"}` of a gateway would pass for a refund that was made,
 * and its `404 {"message": "…"}` for a refusal of Stripe. An answer ends within the time-out, too, which the library
 * starts anew with every byte; one that grows too long is broken off.
 *
 * @param folder goes before each path, which the library has no setting for
 */
export function createStripeHttpClient(agent: HttpAgent | HttpsAgent, folder = ''): Stripe.HttpClient {
  const client = Stripe.createNodeHttpClient(agent);
  const makeRequest = client.makeRequest.bind(client);
  client.makeRequest = async (host, port, path, ...request) => {
    const [, , , , timeoutMs] = request;
    const started = performance.now();
    const response = await makeRequest(host, port, folder + path, ...request);
    const raw = response.getRawResponse() as IncomingMessage;
    const late = setTimeout(() => raw.destroy(), timeoutMs - (performance.now() - started));
    raw.once('close', () => clearTimeout(late));
    // What is tried again is not read by the library, and would hold its connection until the time-out.
    response.dispose = () => void raw.resume();
    const toJson = response.toJSON.bind(response);
    response.toJSON = async () => {
      let bytes = 0;
      raw.on('data', (chunk: string | Buffer) => {
        bytes += chunk.length;
        if (bytes > maxAnswerBytes) raw.destroy();
      });
      const body: unknown = await toJson().catch(withoutJson);
      return isStripes(response.getStatusCode(), body) ? body : { error: { type: 'api_error', code: notOfStripe } };
    };
    return response;
  };
  return client;
}

/** @throws what is no matter of the body's form, such as a connection that broke */
function withoutJson(error: unknown): undefined {
  if (!(error instanceof SyntaxError)) throw error;
}

/** Stripe answers with a resource, a list or an error of a type or code. */
function isStripes(status: number, body: unknown): boolean {
  if (!isObject(body)) return false;
  if (isObject(body.error)) return [body.error.type, body.error.code].some((word) => typeof word === 'string');
  return status < 300 && ((typeof body.id === 'string' && body.id !== '') || Array.isArray(body.data));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
