import { orders } from '../../commands/aggregates.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { Clock, Locks } from '../../commands/ports.js';
import type { CommandContext } from '../../commands/use-cases.js';
import type { OrderCommand } from '../../domain/order/commands.js';
import { isRejection } from '../../domain/shared/decider.js';
import type { ExtensivOrderId, OrderId } from '../../domain/shared/ids.js';
import { inExportTurn } from '../export-turn.js';
import { type Warehouse, WarehouseError } from '../ports/warehouse.js';
import { isAbout } from '../warehouse-order.js';

interface ByHandDeps {
  readonly handler: CommandHandler;
  readonly warehouse: Warehouse;
  readonly locks: Locks;
  readonly clock: Clock;
}

/** What an operator knows of an order, and why the portal shall believe it. */
interface Word {
  readonly orderId: OrderId;
  readonly reason: string;
}

/** `refusal` says why nothing was recorded, null when it was, or had been before. */
interface Told {
  readonly refusal: string | null;
}

/**
 * Takes an operator's word for what became of an export that the warehouse's list leaves open: `extensivOrderId` is the
 * id it has the order under, null when it does not have it. What the warehouse itself says otherwise is believed first.
 * @throws WarehouseError when it cannot be asked
 */
export function stateExport(
  deps: ByHandDeps,
  { orderId, extensivOrderId, reason }: Word & { readonly extensivOrderId: ExtensivOrderId | null },
  context: CommandContext,
): Promise<Told> {
  return inExportTurn(deps.locks, orderId, async () => {
    const { state: order } = await deps.handler.load(orders, orderId);
    if (!order) return { refusal: 'there is no such order' };
    const contradiction = await (extensivOrderId === null
      ? signOf(deps.warehouse, order.orderNumber)
      : faultIn(deps.warehouse, extensivOrderId, order));
    if (contradiction !== null) return { refusal: contradiction };
    return tell(deps, orderId, { type: 'StateExport', extensivOrderId, reason, at: now(deps) }, context);
  });
}

/** Takes an operator's word that what the warehouse did with a cancelled order has been dealt with; it is compared no more. */
export function closeWmsCancellation(
  deps: Pick<ByHandDeps, 'handler' | 'clock'>,
  { orderId, reason }: Word,
  context: CommandContext,
): Promise<Told> {
  return tell(deps, orderId, { type: 'CloseWmsCancellation', reason, at: now(deps) }, context);
}

/** @returns where the warehouse lists an order that it is said not to have, null when it does not */
async function signOf(warehouse: Warehouse, orderNumber: string): Promise<string | null> {
  try {
    const found = await warehouse.findOrderByNumber(orderNumber);
    return found && `the warehouse lists it as ${found.extensivOrderId}`;
  } catch (error) {
    if (error instanceof WarehouseError && error.kind === 'unknown') return null;
    throw error;
  }
}

/** @returns why the order cannot be the one that the warehouse has under this id, null when it can */
async function faultIn(
  warehouse: Warehouse,
  extensivOrderId: ExtensivOrderId,
  order: { readonly orderNumber: string },
): Promise<string | null> {
  const there = await warehouse.orderStatus(extensivOrderId);
  if (there === null) return `the warehouse does not know ${extensivOrderId}`;
  return isAbout(there, order) ? null : `the warehouse has ${there.orderNumber} under this id`;
}

async function tell(
  { handler }: Pick<ByHandDeps, 'handler'>,
  orderId: OrderId,
  command: OrderCommand,
  context: CommandContext,
): Promise<Told> {
  const handled = await handler.handle(orders, orderId, command, context);
  return { refusal: isRejection(handled) ? handled.detail : null };
}

function now({ clock }: Pick<ByHandDeps, 'clock'>): string {
  return clock.now().toISOString();
}
