import { orders } from '../../../src/commands/aggregates.js';
import { cancelOrder, setStatus } from '../../../src/commands/change-order.js';
import type { Locks } from '../../../src/commands/ports.js';
import type { CommandContext } from '../../../src/commands/use-cases.js';
import type { FulfilmentStatus } from '../../../src/domain/order/status.js';
import type { ExtensivOrderId, OrderId } from '../../../src/domain/shared/ids.js';
import { closeWmsCancellation, stateExport } from '../../../src/processes/reconcile/by-hand.js';
import type { ReconcileReport } from '../../../src/processes/reconcile/report.js';
import { unlessAway } from './outage.js';
import { createReconciling } from './reconciling.js';

/** What buyers and operators do with orders that are there. */
export interface People {
  cancel(orderId: OrderId, initiator: 'buyer' | 'operator'): Promise<void>;
  refund(orderId: OrderId, amount: number): Promise<void>;
  /** Sets how far an order has come, whatever the warehouse says. */
  correct(orderId: OrderId, status: FulfilmentStatus): Promise<void>;
  /** Ids of the orders whose status somebody has, or may have, set. */
  readonly corrected: ReadonlySet<string>;
  /** Forgets the customer of an order, whatever becomes of it: the order does, and the key of their data is destroyed. */
  erase(orderId: OrderId): Promise<void>;
  /** Having looked, says under which id the warehouse has an order, or with null that it does not have it. */
  stateExport(orderId: OrderId, extensivOrderId: ExtensivOrderId | null): Promise<void>;
  /** Has dealt with what the warehouse made of a cancelled order. */
  closeCancellation(orderId: OrderId): Promise<void>;
  /** Compares with the warehouse. */
  compare(): Promise<ReconcileReport>;
  /** Has everything repaired that a comparison finds. */
  reconcile(): Promise<void>;
}

/** Of every customer; each order has an address of its own. */
export const customerName = 'Ada';
export const emailOf = (orderId: OrderId) => `${orderId}@example.com`;

const context: CommandContext = { correlationId: 'c', causationId: 'c', actor: 'system:people' };

export function createPeople(
  deps: Parameters<typeof createReconciling>[0] & {
    readonly locks: Locks;
    /** Destroys the key of whoever has this address. */
    forget(email: string): Promise<void>;
  },
): People {
  const { handler, clock } = deps;
  const reconciling = createReconciling(deps);
  const corrected = new Set<string>();

  return {
    async cancel(orderId, initiator) {
      await cancelOrder(deps, { orderId, reason: 'r', initiator }, context);
    },
    async refund(orderId, amount) {
      const at = clock.now().toISOString();
      await handler.handle(orders, orderId, { type: 'RequestRefund', reason: 'r', amount, at }, context);
    },
    corrected,
    async correct(orderId, status) {
      corrected.add(orderId);
      await setStatus(deps, { orderId, status, reason: 'r' }, context);
    },
    async erase(orderId) {
      const at = clock.now().toISOString();
      await handler.handle(orders, orderId, { type: 'EraseCustomerData', at }, context);
      await deps.forget(emailOf(orderId));
    },
    async stateExport(orderId, extensivOrderId) {
      await unlessAway(() => stateExport(deps, { orderId, extensivOrderId, reason: 'r' }, context));
    },
    async closeCancellation(orderId) {
      await closeWmsCancellation(deps, { orderId, reason: 'r' }, context);
    },
    compare: () => reconciling.compare(),
    reconcile: () => unlessAway(async () => reconciling.repair(await reconciling.compare(), context)),
  };
}
