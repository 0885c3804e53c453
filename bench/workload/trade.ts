import { randomUUID } from 'node:crypto';
import type { Aggregate } from '../../src/commands/aggregate.js';
import { brands, inventory, inventorySyncs, orders } from '../../src/commands/aggregates.js';
import type { CatalogueItem } from '../../src/domain/inventory/commands.js';
import { committedOrders, type InventoryState } from '../../src/domain/inventory/state.js';
import type { LineItem } from '../../src/domain/order/values.js';
import { isRejection } from '../../src/domain/shared/decider.js';
import type { DomainEvent } from '../../src/domain/shared/event-schema.js';
import { asBrandId, asOrderId, asSku, type OrderId } from '../../src/domain/shared/ids.js';
import { orderLife, type Step } from './order-life.js';
import { random } from './random.js';

/** Events that one command added to one stream. */
export interface Happening {
  readonly stream: string;
  readonly events: readonly DomainEvent[];
  /** ISO 8601 */
  readonly at: string;
}

export interface TradeOptions {
  readonly seed?: number;
  readonly skus?: number;
  /** Orders under way at once: how widely the events of one order are spread over the log. */
  readonly openOrders?: number;
}

const brandCount = 20;
const buyers = 3_000;
/** Sold per sync, which settles the reservations of what went out. */
const ordersPerSync = 250;
const plenty = 1_000_000;
const begin = Date.UTC(2026, 0, 1);

/**
 * A believable trade without end, decided by the portal's own deciders: a catalogue, orders that live side by side,
 * their reservations, and the syncs that settle them. The same seed gives the same trade but for its ids.
 */
export function* trade({ seed = 1, skus = 2_000, openOrders = 500 }: TradeOptions = {}): Generator<Happening> {
  const next = random(seed);
  const states = new Map<string, unknown>();
  let now = begin;
  const at = () => new Date(now).toISOString();
  const catalogue = Array.from({ length: skus }, (_, n) => itemOf(n));

  for (const { brandId, brand } of catalogue.slice(0, brandCount)) {
    yield* decided(brands, brandId, { type: 'RegisterBrand', brandId, name: brand, at: at() });
  }
  yield* sync(catalogue);

  const open: { orderId: OrderId; lines: readonly LineItem[]; steps: Step[] }[] = [];
  const sold = new Set<CatalogueItem>();
  for (let placed = 0; ; ) {
    now += 1_000;
    if (open.length < openOrders) {
      placed += 1;
      const orderId = asOrderId(randomUUID());
      const lines = linesOf(catalogue, next);
      for (const { sku } of lines) sold.add(catalogue[Number(sku.slice('BENCH-'.length))] as CatalogueItem);
      open.push({ orderId, lines, steps: orderLife(orderId, Math.floor(next() * buyers), lines, next) });
      if (placed % ordersPerSync === 0) {
        yield* sync([...sold]);
        sold.clear();
      }
    }
    const index = Math.floor(next() * open.length);
    const order = open[index];
    const step = order?.steps.shift();
    if (!order || !step) continue;
    if (step.stock) for (const line of order.lines) yield* moveStock(step.stock, order.orderId, line);
    yield* decided(orders, order.orderId, step.order(at()));
    if (order.steps.length > 0) continue;
    open[index] = open.at(-1) ?? order;
    open.pop();
    states.delete(`order-${order.orderId}`);
  }

  function* moveStock(how: NonNullable<Step['stock']>, orderId: OrderId, line: LineItem): Generator<Happening> {
    const { sku, quantity } = line;
    const expiresAt = new Date(now + 30 * 60_000).toISOString();
    if (how === 'reserve') {
      yield* decided(inventory, sku, { type: 'Reserve', orderId, quantity, expiresAt, at: at() });
    } else if (how === 'commit') {
      yield* decided(inventory, sku, { type: 'Commit', orderId, exportedAt: at() });
    } else {
      yield* decided(inventory, sku, { type: 'Release', orderId, reason: 'cancelled', at: at() });
    }
  }

  function* sync(items: readonly CatalogueItem[]): Generator<Happening> {
    const syncId = randomUUID();
    const day = at().slice(0, 10);
    now += 1_000;
    const snapshotAt = at();
    yield* decided(inventorySyncs, day, {
      type: 'StartSync',
      syncId,
      trigger: 'schedule',
      force: false,
      at: snapshotAt,
    });
    for (const item of items) {
      const exported = committedOrders((states.get(`inventory-${item.sku}`) ?? null) as InventoryState);
      yield* decided(inventory, item.sku, { type: 'ApplySnapshotItem', item, syncId, snapshotAt, exported });
    }
    yield* decided(inventorySyncs, day, {
      type: 'CompleteSync',
      syncId,
      received: skus,
      created: 0,
      changed: items.length,
      delisted: 0,
      rejected: [],
      snapshotAt,
      at: at(),
      durationMs: 1_000,
    });
  }

  function* decided<Command, Event extends DomainEvent, State>(
    { category, decider }: Aggregate<Command, Event, State>,
    id: string,
    command: Command,
  ): Generator<Happening> {
    const stream = `${category}-${id}`;
    const state = (states.get(stream) ?? decider.initial) as State;
    const events = decider.decide(command, state);
    if (isRejection(events)) throw new Error(`${JSON.stringify(command)} was rejected: ${events.detail}`);
    if (events.length === 0) return;
    states.set(stream, events.reduce(decider.evolve, state));
    yield { stream, events, at: at() };
  }
}

function itemOf(n: number): CatalogueItem {
  return {
    sku: asSku(`BENCH-${n}`),
    productId: `product-${n}`,
    name: `Bench Oil ${n}, 10 ml`,
    brandId: asBrandId(`brand-${n % brandCount}`),
    brand: `Brand ${n % brandCount}`,
    description: null,
    price: 500 + ((n * 137) % 9_500),
    currency: 'USD',
    quantity: plenty,
    thc: '0.2 %',
    batchNumber: `B-${n}`,
    coaLink: `https://coa.example.com/B-${n}.pdf`,
  };
}

/** One to three lines; a tenth of the SKUs makes up half of the sales. */
function linesOf(catalogue: readonly CatalogueItem[], next: () => number): LineItem[] {
  const picked = new Map<string, LineItem>();
  for (let lines = 1 + Math.floor(next() * 3); lines > 0; lines -= 1) {
    const range = next() < 0.5 ? catalogue.length / 10 : catalogue.length;
    const item = catalogue[Math.floor(next() * range)];
    if (!item) continue;
    const quantity = 1 + Math.floor(next() * 5);
    const { sku, name, brandId, brand, price, thc, batchNumber, coaLink } = item;
    const money = { quantity, unitPrice: price, lineTotal: quantity * price };
    picked.set(sku, { sku, name, brandId, brand, ...money, thc, batchNumber, coaLink });
  }
  return [...picked.values()];
}
