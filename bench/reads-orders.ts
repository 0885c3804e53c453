import { setTimeout as sleep } from 'node:timers/promises';

const orders = 100;
/** As many of them are paid, and so have payouts. */
const paid = 40;
/** Far longer than paid orders take to get to the warehouse. */
const settledMs = 60_000;

/** What of the installation the reads ask for. */
export interface Known {
  /** One of the orders. */
  readonly order: string;
  /** The SKU with the most orders, and its lot. */
  readonly sku: string;
  readonly batchNumber: string;
}

/** Places orders over many products, and has some of them paid, so that there is something to find everywhere. */
export async function placeOrders(base: string, urls: Readonly<Record<string, string>>): Promise<Known> {
  // Orders that go on moving would be work beside the reads, for minutes.
  await post(`${urls.extensiv}/control/clock`, { paused: true });
  const { items } = await json<{ items: { sku: string; batchNumber: string | null }[] }>(
    `${base}/api/v1/products?inStock=true&sort=-stock&limit=20`,
  );
  let order = '';
  for (let placed = 0; placed < orders; placed += 1) {
    const answer = await fetch(`${base}/api/v1/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        customer: { name: 'Bench Buyer', email: 'bench@example.com', phone: '+1 303 555 0100', companyName: 'Bench' },
        shippingAddress: { street1: '1 Main St', city: 'Denver', state: 'CO', zip: '80202', country: 'US' },
        lineItems: [{ sku: items[placed % items.length]?.sku, quantity: 1 }],
        deliveryMethod: 'pickup',
      }),
    });
    if (answer.status !== 201) throw new Error(`an order was refused: ${await answer.text()}`);
    const body = (await answer.json()) as { order: { id: string }; payment: { paymentIntentId: string } };
    order = body.order.id;
    if (placed < paid) await post(`${urls.stripe}/control/payment_intents/${body.payment.paymentIntentId}/pay`);
  }
  await settled(base);
  return { order, sku: items[0]?.sku ?? '', batchNumber: items[0]?.batchNumber ?? '' };
}

async function post(url: string, body: object = {}): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${await answer.text()}`);
}

/** Waits until every paid order stands in the ledger, and nothing is due any more. */
async function settled(base: string): Promise<void> {
  const deadline = performance.now() + settledMs;
  const isSettled = async () => {
    const { items } = await json<{ items: unknown[] }>(`${base}/api/v1/payouts`);
    return items.length >= paid && !/^portal_effects_oldest_seconds\{.+\} (?!0$)/m.test(await text(`${base}/metrics`));
  };
  do {
    if (performance.now() > deadline) throw new Error('the paid orders do not get to the warehouse');
    // The gauge is set every two seconds.
    await sleep(2_500);
  } while (!(await isSettled()));
}

export async function text(url: string): Promise<string> {
  return (await fetch(url)).text();
}

async function json<Body>(url: string): Promise<Body> {
  return (await (await fetch(url)).json()) as Body;
}
