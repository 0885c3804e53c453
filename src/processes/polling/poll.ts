import pLimit from 'p-limit';
import { orders } from '../../commands/aggregates.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { Clock, ErrorReporter, Logger, Metrics } from '../../commands/ports.js';
import type { CommandContext } from '../../commands/use-cases.js';
import { isRejection } from '../../domain/shared/decider.js';
import { type Warehouse, WarehouseError, type WarehouseOrder } from '../ports/warehouse.js';

/** An order the warehouse has and has not finished, as the read model shows it. */
export interface OpenOrder {
  readonly orderId: string;
  readonly extensivOrderId: string;
  readonly status: string;
  readonly trackingNumber: string | null;
  readonly exportedAt: string;
}

export interface PollDeps {
  readonly handler: CommandHandler;
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly reporter: ErrorReporter;
  openOrders(): Promise<readonly OpenOrder[]>;
}

/** Single look-ups under way at once; the request budget of the warehouse client paces them further. */
const concurrency = 8;
/** The warehouse's clock may be behind ours. */
const clockSlackMs = 60 * 60 * 1000;
const openStatuses = ['received', 'picking', 'packed', 'shipped'];

/**
 * Follows every open order in the warehouse. The list call shows all that are still open there in a few pages; only
 * orders missing from it (finished, cancelled or vanished) are looked up one by one. One failing order stops no other.
 */
export async function pollStatuses(deps: PollDeps, context: CommandContext): Promise<void> {
  const { metrics, logger } = deps;
  const started = deps.clock.now().getTime();
  const open = await deps.openOrders();
  metrics.set('portal_status_poll_orders', open.length);
  let changes = 0;
  if (open.length > 0) {
    const listed = await listOpen(deps, open);
    const limit = pLimit(concurrency);
    await limit.map(open, async (order) => {
      try {
        const seen = listed.get(order.extensivOrderId);
        if (seen && !differs(order, seen)) return;
        changes += await observe(
          deps,
          order,
          seen ?? (await deps.warehouse.orderStatus(order.extensivOrderId)),
          context,
        );
      } catch (error) {
        deps.reporter.capture(error, { orderId: order.orderId });
        logger.warn({ err: error, orderId: order.orderId }, 'status of an order could not be polled');
      }
    });
  }
  const durationMs = deps.clock.now().getTime() - started;
  metrics.observe('portal_status_poll_duration_seconds', durationMs / 1000);
  logger.info({ orders: open.length, changes, durationMs }, 'statuses polled');
}

/** What the warehouse lists as open, by its id. Empty when it cannot list, which leaves single look-ups. */
async function listOpen(
  { warehouse, logger }: PollDeps,
  open: readonly OpenOrder[],
): Promise<ReadonlyMap<string, WarehouseOrder>> {
  const listed = new Map<string, WarehouseOrder>();
  const oldest = Math.min(...open.map(({ exportedAt }) => Date.parse(exportedAt)));
  try {
    for await (const page of warehouse.ordersUpdatedSince(
      new Date(oldest - clockSlackMs).toISOString(),
      openStatuses,
    )) {
      for (const order of page) listed.set(order.extensivOrderId, order);
    }
  } catch (error) {
    // An outage would fail every single look-up too; only a refusal of the list call is worked around.
    if (!(error instanceof WarehouseError && error.kind === 'rejected')) throw error;
    logger.warn({ err: error }, 'the warehouse refuses to list orders, each is looked up');
  }
  return listed;
}

function differs(order: OpenOrder, seen: WarehouseOrder): boolean {
  const status = seen.status === 'received' ? 'exported' : seen.status;
  return status !== order.status || (seen.trackingNumber !== null && seen.trackingNumber !== order.trackingNumber);
}

/** @returns how many changes of status followed */
async function observe(
  deps: PollDeps,
  order: OpenOrder,
  seen: WarehouseOrder | null,
  context: CommandContext,
): Promise<number> {
  const at = deps.clock.now().toISOString();
  const command = seen
    ? ({
        type: 'ObserveWmsStatus',
        status: seen.status,
        trackingNumber: seen.trackingNumber,
        carrier: seen.carrier,
        at,
      } as const)
    : ({ type: 'ObserveMissingInWms', at } as const);
  const handled = await deps.handler.handle(orders, order.orderId, command, context);
  if (isRejection(handled)) throw new Error(`status ${seen?.status} was refused: ${handled.detail}`);
  const reached = handled.events.flatMap((event) => {
    if (event.type === 'StatusChanged') return [event.data.to];
    return event.type === 'OrderCancelled' ? ['cancelled'] : [];
  });
  for (const to of reached) deps.metrics.increment('portal_status_changes_total', { to });
  return reached.length;
}
