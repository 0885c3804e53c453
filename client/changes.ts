import { dataOf, type Order, type PortalClient } from './index.js';

/** A change as it happened. `reset`: more was missed than is told; read your lists anew. Null: a sign of life. */
export type Change = { readonly id: string } & (
  | { readonly event: 'order'; readonly data: OrderChange }
  | { readonly event: 'stock'; readonly data: StockChange }
  | { readonly event: 'reset' | null }
);

/** What an order is like after an event, that of this `revision`. */
export interface OrderChange extends Pick<Order, 'id' | 'orderNumber' | 'revision' | 'status' | 'refundStatus'> {
  readonly at: string;
}

export interface StockChange {
  readonly sku: string;
  readonly revision: number;
  readonly stock: number;
  readonly available: number;
  readonly listed: boolean;
  readonly at: string;
}

/**
 * Changes until the stream ends, as it does now and then: ask again with the last `id`, after a pause of two seconds.
 * Read by `fetch`, since the `EventSource` of browsers sends no token.
 *
 * @param options.after the last `id` that was seen; without it, what happens from now on
 * @throws RequestRefused, what `fetch` throws when the connection is lost, and the signal's reason when it is aborted
 */
export async function* followChanges(
  portal: PortalClient,
  options: { after?: string | undefined; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Change> {
  const { after, signal } = options;
  const answer = await portal.GET('/api/v1/events', {
    parseAs: 'stream',
    params: { header: after === undefined ? {} : { 'last-event-id': after } },
    ...(signal ? { signal } : {}),
  });
  const reader = (dataOf(answer) as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  try {
    for (let rest = ''; ; ) {
      const { value, done } = await reader.read();
      if (done) return;
      const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      yield* blocks.map(changeIn);
    }
  } finally {
    // Who stops reading lets go of the connection; one that has failed is let go of already.
    await reader.cancel().catch(() => undefined);
  }
}

function changeIn(block: string): Change {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
  const id = field('id') ?? '';
  const data = field('data');
  return (data === undefined ? { id, event: null } : { id, event: field('event'), data: JSON.parse(data) }) as Change;
}
