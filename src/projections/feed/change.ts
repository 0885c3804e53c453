import { inventory, orders } from '../../commands/aggregates.js';
import type { Position, RecordedEvent } from '../../commands/event-store.js';
import { idsOf, prefixOf, streamOf } from '../../commands/streams.js';
import type { Queries } from '../queries.js';
import type { OrderView, ProductView } from '../views.js';

/** One event of an order or a SKU, with what the read models show of it now. */
export type Change = {
  readonly position: Position;
  /** Of the event in its stream. The view beside it may be further. */
  readonly revision: number;
  /** ISO 8601 UTC. */
  readonly recordedAt: string;
} & ({ readonly kind: 'order'; readonly order: OrderView } | { readonly kind: 'stock'; readonly product: ProductView });

/** Streams whose events are changes. */
export const changePrefixes = [orders, inventory].map(prefixOf);

export type ChangeQueries = Pick<Queries, 'ordersById' | 'productsBySku' | 'waitFor'>;

/** How long the read models are waited for at a time, milliseconds. */
const waitMs = 5_000;

/**
 * Events as changes, oldest first, once the read models have passed them; one that no read model shows is left out.
 *
 * @param events oldest first, 500 at most
 */
export async function changesOf(
  events: readonly RecordedEvent[],
  queries: ChangeQueries,
  signal: AbortSignal,
): Promise<Change[]> {
  const last = events.at(-1);
  if (!last) return [];
  await untilShown(last.position, queries, signal);
  const orderViews = await byStream(events, orders, queries.ordersById, ({ id }) => id);
  const productViews = await byStream(events, inventory, queries.productsBySku, ({ sku }) => sku);
  return events.flatMap((event): Change[] => {
    const { position, stream } = event;
    const facts = { position, revision: Number(event.revision), recordedAt: event.metadata.recordedAt };
    const order = orderViews.get(stream);
    if (order) return [{ kind: 'order', order, ...facts }];
    const product = productViews.get(stream);
    return product ? [{ kind: 'stock', product, ...facts }] : [];
  });
}

/** Waits until the read models have passed a position. */
export async function untilShown(position: Position, queries: ChangeQueries, signal: AbortSignal): Promise<void> {
  while (!(await queries.waitFor(position, waitMs, signal))) signal.throwIfAborted();
}

/** What the read models show of the streams of an aggregate, by stream. */
async function byStream<View, Id extends string>(
  events: readonly RecordedEvent[],
  aggregate: { readonly category: string; asId(text: string): Id },
  load: (ids: Id[]) => Promise<View[]>,
  idOfView: (view: View) => Id,
): Promise<Map<string, View>> {
  const ids = idsOf(aggregate, events);
  const views = ids.length === 0 ? [] : await load(ids);
  return new Map(views.map((view) => [streamOf(aggregate, idOfView(view)), view]));
}
