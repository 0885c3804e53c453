import { setTimeout as sleep } from 'node:timers/promises';
import { call } from './call.js';
import { orderOf, type Placed } from './workload/orders.js';

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
  await call('POST', `${urls.extensiv}/control/clock`, { paused: true });
  const { items } = await call<{ items: { sku: string; batchNumber: string | null }[] }>(
    'GET',
    `${base}/api/v1/products?inStock=true&sort=-stock&limit=20`,
  );
  let last = '';
  for (let placed = 0; placed < orders; placed += 1) {
    const { order, payment } = await call<Placed>(
      'POST',
      `${base}/api/v1/orders`,
      orderOf(items[placed % items.length]?.sku),
    );
    last = order.id;
    if (placed < paid) await call('POST', `${urls.stripe}/control/payment_intents/${payment.paymentIntentId}/pay`, {});
  }
  await settled(base);
  return { order: last, sku: items[0]?.sku ?? '', batchNumber: items[0]?.batchNumber ?? '' };
}

/** Waits until every paid order stands in the ledger, and nothing is due any more. */
async function settled(base: string): Promise<void> {
  const deadline = performance.now() + settledMs;
  const isSettled = async () => {
    const { items } = await call<{ items: unknown[] }>('GET', `${base}/api/v1/payouts`);
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
