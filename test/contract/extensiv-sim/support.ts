import { type ExtensivSim, type ExtensivSimOptions, startExtensivSim } from '../../../embedded/extensiv/sim.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // What the wire carries has no type of ours.
  readonly body: Record<string, unknown> & { data: Record<string, unknown>[]; total: number };
}

export interface Wire {
  readonly sim: ExtensivSim;
  /** A call with a token of its own; `control` paths need none. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

/** A simulator and plain HTTP, as any client of the warehouse would speak it. */
export async function startWire(options: ExtensivSimOptions = {}): Promise<Wire> {
  const sim = await startExtensivSim({ skus: 30, ...options });
  let token = await fetchToken(sim.url);
  await send(sim.url, 'POST', '/control/clock', { paused: true });
  return {
    sim,
    async call(method, path, body, headers = {}) {
      const answer = await send(sim.url, method, path, body, { authorization: `Bearer ${token}`, ...headers });
      if (path === '/control/reset') token = await fetchToken(sim.url);
      return answer;
    },
    close: () => sim.close(),
  };
}

export async function fetchToken(url: string, secret = 'portal-secret'): Promise<string> {
  const { body } = await requestToken(url, { client_secret: secret });
  return String(body.access_token);
}

export async function requestToken(url: string, form: Record<string, string> = {}): Promise<Answer> {
  const fields = { grant_type: 'client_credentials', client_id: 'portal', client_secret: 'portal-secret', ...form };
  return read(await fetch(`${url}/oauth/token`, { method: 'POST', body: new URLSearchParams(fields) }));
}

export async function send(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  const init = {
    method,
    headers: { ...json, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  return read(await fetch(url + path, init));
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

/** An order as the portal sends it. */
export function wireOrder(orderNumber: string, lines: { sku: string; quantity: number }[]): Record<string, unknown> {
  return {
    customer: { name: 'Ada Buyer', email: 'ada@example.com', phone: '+1 555 0101', companyName: 'Corner Wellness' },
    shipping_address: { street1: '1 Main St', street2: '', city: 'Boise', state: 'ID', zip: '83702', country: 'US' },
    line_items: lines.map((line) => ({ ...line, price: 24.99, description: 'CBD Oil' })),
    order_number: orderNumber,
    order_date: '2026-03-01T09:30:00.000Z',
    delivery_method: 'delivery',
    metadata: { portal_order_id: 'o-1', delivery_zone: 'north', total_amount: 24.99, payment_status: 'paid' },
  };
}
