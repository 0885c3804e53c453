import { randomUUID } from 'node:crypto';
import { createEventStore } from '../src/adapters/eventstore/index.js';
import { envelope } from '../src/commands/event-envelope.js';
import { createHistories } from '../src/commands/histories.js';
import type { OrderEvent } from '../src/domain/order/events.js';
import type { LineItem } from '../src/domain/order/values.js';
import { asBrandId, asOrderId, asSku } from '../src/domain/shared/ids.js';
import { seedEvents } from './eventstoredb-events.js';
import { type BenchOptions, type BenchRow, row } from './row.js';
import { withStack } from './stack.js';
import { timedInTurn } from './timing.js';
import { orderHistory } from './workload/order-history.js';
import { orderLife } from './workload/order-life.js';

const manyEvents = 1_000_000;

/** Measures the history of one order, hash chain checked, in a store of a million other events, beside an empty one. */
export function benchHistory({ events = manyEvents }: BenchOptions): Promise<BenchRow[]> {
  const parts = ['eventstoredb'] as const;
  const others = (folder: string) => seedEvents(folder, events);
  return withStack({ parts }, (empty) =>
    withStack({ parts, seed: others }, async (full) => {
      const [value, reference] = [await oneOrder(full.env.EVENTSTORE_URL), await oneOrder(empty.env.EVENTSTORE_URL)];
      const rounds = await timedInTurn({ rounds: 5, times: 200, percentile: 50 }, value.read, reference.read);
      await Promise.all([value.close(), reference.close()]);
      const name = `history of one order among ${events.toLocaleString('en')} other events`;
      return [row({ name, unit: 'ms (median)', reference: 'in an empty store', goal: 'at most 1.2' }, ...rounds)];
    }),
  );
}

/** Writes an order's whole life; it can be read from then on. */
async function oneOrder(url = '') {
  const eventStore = createEventStore(url);
  const histories = createHistories(eventStore);
  const orderId = asOrderId(randomUUID());
  const events = deliveredOrder(orderId);
  const context = { correlationId: orderId, causationId: orderId, actor: 'system:bench' };
  const recordedAt = new Date().toISOString();
  const wrapped = envelope(events, { commandId: randomUUID(), context, recordedAt, prevHash: null });
  await eventStore.append(`order-${orderId}`, wrapped, 'no_stream');
  return {
    async read() {
      const history = await histories.orderHistory(orderId);
      if (!history?.verified || history.events.length !== events.length) throw new Error('the history is not whole');
    },
    close: () => eventStore.close(),
  };
}

function deliveredOrder(orderId: string): OrderEvent[] {
  const product = { sku: asSku('BENCH-1'), name: 'Bench Oil', brandId: asBrandId('bench'), brand: 'Bench', thc: null };
  const line: LineItem = {
    ...product,
    quantity: 1,
    unitPrice: 1000,
    lineTotal: 1000,
    batchNumber: null,
    coaLink: null,
  };
  const straight = () => 0.99;
  return orderHistory(
    orderLife(asOrderId(orderId), 1, [line], straight).map((step) => step.order(new Date().toISOString())),
  );
}
