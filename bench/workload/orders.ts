import autocannon from 'autocannon';

const measureSeconds = 6;
const connections = 16;

/** Places orders of one piece, of each SKU in turn, as fast as the portal takes them. */
export async function ordersPerSecond(base: string, wanted: readonly string[]): Promise<number> {
  const bodies = wanted.map((sku) => JSON.stringify(orderOf(sku)));
  let next = 0;
  const run = await autocannon({
    url: `${base}/api/v1/orders`,
    connections,
    duration: measureSeconds,
    requests: [
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        setupRequest: (request) => {
          next += 1;
          return { ...request, body: bodies[next % bodies.length] ?? '' };
        },
      },
    ],
  });
  const failures = run.non2xx + run.errors;
  if (failures > 0) throw new Error(`${failures} orders failed: ${JSON.stringify(run.statusCodeStats)}`);
  return run['2xx'] / run.duration;
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
