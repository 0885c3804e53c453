import { withPortal } from './portal-stack.js';
import { type BenchRow, type Round, row } from './row.js';
import { ordersPerSecond } from './workload/orders.js';
import { stocked } from './workload/stocked.js';

const skus = 1_000;
const rounds = 3;

/** Measures orders of one SKU that everybody wants, beside orders spread over a thousand SKUs. */
export function benchHotSku(): Promise<BenchRow[]> {
  return withPortal(async ({ base, urls }) => {
    const catalogue = await stocked(base, urls.extensiv ?? '', skus);
    const [hot = ''] = catalogue;
    await ordersPerSecond([base], catalogue);
    const measured: Round[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const referenceValue = await ordersPerSecond([base], catalogue);
      measured.push({ value: await ordersPerSecond([base], [hot]), referenceValue });
    }
    const reference = `spread over ${skus.toLocaleString('en')} SKUs`;
    return [row({ name: 'orders of one hot SKU', unit: '1/s', reference }, ...measured)];
  });
}
