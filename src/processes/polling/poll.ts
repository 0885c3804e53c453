import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandHandler } from '../../commands/handler.js';
import type { Clock, ErrorReporter, Logger, Metrics } from '../../commands/ports.js';
import type { CommandContext } from '../../commands/use-cases.js';
import type { ExtensivOrderId } from '../../domain/shared/ids.js';
import type { OpenOrder } from '../../projections/queries/open-orders.js';
import { concurrently } from '../concurrently.js';
import { type Warehouse, WarehouseError, type WarehouseOrder } from '../ports/warehouse.js';
import { differs, isAbout } from '../warehouse-order.js';
import { listOrders } from './listed.js';
import { observe } from './observe.js';

export interface PollDeps {
  readonly handler: CommandHandler;
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly reporter: ErrorReporter;
  /** Aborts when the process stops; the next poll does what is left. */
  readonly signal?: AbortSignal;
  /** Pause before asking again a warehouse that is held back, milliseconds. */
  readonly busyPauseMs?: number;
  openOrders(): Promise<readonly OpenOrder[]>;
}

/** Orders worked on at once; the request budget of the warehouse client paces their look-ups further. */
const ordersAtOnce = 16;
/** A circuit that opened on single orders closes again within this. */
const defaultBusyPauseMs = 6_000;
/** Pauses in one poll; after them the next poll is early enough. */
const maxPauses = 3;
/** So many look-ups held back in a row are not about single orders: the warehouse is away. */
const maxHeldBack = 2 * ordersAtOnce;
/** Failures told one by one; the others are only counted. */
const maxToldFailures = 10;

interface Tally {
  changes: number;
  failures: number;
  pauses: number;
  /** The last of the pauses, shared by all orders that were held back before it. */
  pause: Promise<void>;
  heldBackInARow: number;
}

/**
 * Follows every open order in the warehouse. Lists show what is open there in a few pages; only orders missing from
 * them (vanished, or finished since) are looked up one by one. One failing order stops no other.
 *
 * @throws when the warehouse or the read model is away; what was seen until then is recorded
 */
export async function pollStatuses(deps: PollDeps, context: CommandContext): Promise<void> {
  const { metrics, logger, signal } = deps;
  const started = deps.clock.now().getTime();
  const tally: Tally = { changes: 0, failures: 0, pauses: 0, pause: Promise.resolve(), heldBackInARow: 0 };
  let polled = 0;
  try {
    const open = await deps.openOrders();
    polled = open.length;
    metrics.set('portal_status_poll_orders', polled);
    const listed = await listOrders(deps.warehouse, open, logger, signal);
    const work = open.filter((order) => {
      const seen = listed.get(order.extensivOrderId);
      return !seen || !isAbout(seen, order) || differs(order, seen);
    });
    const follow = (order: OpenOrder) => followOne(deps, order, listed.get(order.extensivOrderId), tally, context);
    await concurrently(rotated(work), ordersAtOnce, follow, signal);
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    const durationMs = Math.max(0, deps.clock.now().getTime() - started);
    metrics.observe('portal_status_poll_duration_seconds', durationMs / 1000);
    logger.info({ orders: polled, changes: tally.changes, failures: tally.failures, durationMs }, 'statuses polled');
  }
}

/** @throws when the warehouse takes no requests any more, or the process stops; any other failure concerns this order alone */
async function followOne(
  deps: PollDeps,
  order: OpenOrder,
  listed: WarehouseOrder | undefined,
  tally: Tally,
  context: CommandContext,
): Promise<void> {
  const { orderId, extensivOrderId } = order;
  try {
    const seen = listed ?? (await lookUp(deps, extensivOrderId, tally));
    const changes = await observe(deps, order, seen, context);
    // Others have counted meanwhile.
    tally.changes += changes;
  } catch (error) {
    if (deps.signal?.aborted || isAway(error, tally)) throw error;
    tally.failures += 1;
    if (tally.failures > maxToldFailures) return;
    deps.reporter.capture(error, { orderId });
    deps.logger.warn({ err: error, orderId }, 'status of an order could not be polled');
  }
}

/** Usually the requests of all orders are held back alike, so it waits a little before it gives an order up. */
async function lookUp(deps: PollDeps, extensivOrderId: ExtensivOrderId, tally: Tally): Promise<WarehouseOrder | null> {
  for (;;) {
    const pauses = tally.pauses;
    try {
      const seen = await deps.warehouse.orderStatus(extensivOrderId);
      tally.heldBackInARow = 0;
      return seen;
    } catch (error) {
      if (!isHeldBack(error)) throw error;
      tally.heldBackInARow += 1;
      if (pauses >= maxPauses) throw error;
      // Those that fail together wait for the same pause.
      if (tally.pauses === pauses) {
        tally.pauses += 1;
        tally.pause = sleep(deps.busyPauseMs ?? defaultBusyPauseMs, undefined, { signal: deps.signal });
      }
      await tally.pause;
    }
  }
}

function isHeldBack(error: unknown): error is WarehouseError {
  return error instanceof WarehouseError && error.kind === 'busy';
}

function isAway(error: unknown, { heldBackInARow }: Tally): boolean {
  if (isHeldBack(error)) return heldBackInARow >= maxHeldBack;
  return error instanceof WarehouseError && error.kind === 'bad-credentials';
}

/** Begins somewhere else each time, so that no order is always behind those that make a poll end early. */
function rotated<Item>(items: readonly Item[]): readonly Item[] {
  const start = Math.floor(Math.random() * items.length);
  return [...items.slice(start), ...items.slice(0, start)];
}
