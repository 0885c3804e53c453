import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './schema.js';

export type PortalClient = Client<paths>;
export type Order = components['schemas']['Order'];
export type Problem = components['schemas']['Problem'];

/**
 * A client of the portal's API: paths, parameters, bodies and answers are typed by its OpenAPI document.
 * @param options.baseUrl where the portal is, without `/api/v1`
 * @param options.token a JWT or an API key; none for an open portal
 */
export function createPortalClient(options: { baseUrl: string; token?: string }): PortalClient {
  const headers = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
  return createClient<paths>({ baseUrl: options.baseUrl, headers });
}

/** The portal refused; `problem.code` says why. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';

  constructor(readonly problem: Problem) {
    super(`${problem.code}: ${problem.detail}`);
  }
}

/** The data of an answer. @throws RequestRefused, and an Error where something in between refused, such as a proxy */
export function dataOf<Data>(answer: { data?: Data; error?: Problem; response: Response }): Data {
  const { data, error, response } = answer;
  if (isProblem(error)) throw new RequestRefused(error);
  if (response.status >= 400) throw new Error(`answered ${response.status}, and not by the portal`);
  // Neither data nor error is an answer without a body.
  return data as Data;
}

/** What is typed as a problem is whatever came: a page, or nothing. */
function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'code' in error;
}
