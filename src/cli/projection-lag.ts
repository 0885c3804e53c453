import { brands, inventory, inventorySyncs, orders } from '../commands/aggregates.js';
import { comparePositions, parsePosition } from '../commands/event-store.js';
import { prefixOf } from '../commands/streams.js';
import type { Portal } from '../compose.js';
import type { ProjectionStatus } from '../projections/runtime/status.js';

/** Beyond this an exact lag says no more than "far behind". */
export const maxLagCounted = 10_000;

/** Events between a checkpoint and the head, counted up to a limit. */
export async function lagOf({ eventStore }: Portal, { checkpoint }: ProjectionStatus): Promise<number> {
  const head = await eventStore.head();
  const from = checkpoint === null ? null : parsePosition(checkpoint);
  if (!head || (from && comparePositions(from, head) >= 0)) return 0;
  let lag = 0;
  for await (const _ of eventStore.readAll({ prefixes: followed, from, maxCount: maxLagCounted })) lag += 1;
  return lag;
}

/** Prefixes of the streams that projections follow. */
const followed = [orders, inventory, inventorySyncs, brands].map(prefixOf);
