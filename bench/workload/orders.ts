import autocannon from 'autocannon';

const measureSeconds = 6;
const connections = 16;

/**
 * Places orders of one piece, of each SKU in turn, as fast as the portal takes them.
 *
 * @param bases the addresses of its processes, among which the clients are shared out
 */
export async function ordersPerSecond(bases: readonly string[], wanted: readonly string[]): Promise<number> {
  const bodies = wanted.map((sku) => JSON.stringify(orderOf(sku)));
  let next = 0;
  const nextBody = () => {
    next += 1;
    return bodies[next % bodies.length] ?? '';
  };
  const rates = await Promise.all(bases.map((base) => ordersAt(base, connections / bases.length, nextBody)));
  return rates.reduce((sum, rate) => sum + rate, 0);
}

async function ordersAt(base: string, clients: number, nextBody: () => string): Promise<number> {
  const run = await autocannon({
    url: `${base}/api/v1/orders`,
    connections: clients,
    duration: measureSeconds,
    requests: [
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        setupRequest: (request) => ({ ...request, body: nextBody() }),
      },
    ],
  });
  const failures = run.non2xx + run.errors;
  if (failures > 0) throw new Error(`${failures} orders failed: ${JSON.stringify(run.statusCodeStats)}`);
  return run['2xx'] / run.duration;
}

/** What of an answered order is looked at. */
export interface Placed {
  readonly order: { readonly id: string; readonly total: number; readonly currency: string };
  readonly payment: { readonly paymentIntentId: string };
}

/** An order of one piece, as a buyer sends it. */
export function orderOf(sku: string | undefined): object {
  return {
    customer: { name: 'Bench Buyer', email: 'bench@example.com', phone: '+1 303 555 0100', companyName: 'Bench LLC' },
    shippingAddress: { street1: '1 Main St', city: 'Denver', state: 'CO', zip: '80202', country: 'US' },
    lineItems: [{ sku, quantity: 1 }],
    deliveryMethod: 'pickup',
  };
}
