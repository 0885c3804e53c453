import { followChanges, type OrderChange } from '../../../client/changes.js';
import { createPortalClient, dataOf, type PortalClient, RequestRefused } from '../../../client/index.js';

// The TypeScript that pages show, word for word, with what it takes for granted: so the compiler checks it, too.

export async function listInStock(token: string) {
  const portal = createPortalClient({ baseUrl: 'https://portal.example.com', token });
  const { items } = dataOf(await portal.GET('/api/v1/products', { params: { query: { inStock: true } } }));
  return items;
}

export async function follow(
  portal: PortalClient,
  signal: AbortSignal,
  show: (order: OrderChange) => void,
  readListsAnew: () => Promise<void>,
  pause: (ms: number) => Promise<true>,
) {
  for (let after: string | undefined; !signal.aborted; await pause(2_000)) {
    try {
      for await (const change of followChanges(portal, { after, signal })) {
        after = change.id;
        if (change.event === 'order') show(change.data);
        if (change.event === 'reset') await readListsAnew();
      }
    } catch (error) {
      // Anything else is a connection that was lost.
      if (!(error instanceof RequestRefused)) continue;
      const { code, status } = error.problem;
      if (code === 'invalid-position') after = undefined;
      else if (status < 500 && status !== 429) throw error;
    }
  }
}
