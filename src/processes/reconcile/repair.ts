import { orders } from '../../commands/aggregates.js';
import { messageOf } from '../../commands/failures.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { Clock, Ids } from '../../commands/ports.js';
import type { CommandContext, UseCases } from '../../commands/use-cases.js';
import { isRejection } from '../../domain/shared/decider.js';
import type { ExtensivOrderId, OrderId } from '../../domain/shared/ids.js';
import type { EffectStore } from '../effects/store.js';
import { observe } from '../polling/observe.js';
import { type Warehouse, WarehouseError, type WarehouseOrder } from '../ports/warehouse.js';
import { isAbout } from '../warehouse-order.js';
import type { Finding } from './finding.js';

export interface RepairDeps {
  readonly handler: CommandHandler;
  readonly warehouse: Warehouse;
  readonly effects: Pick<EffectStore, 'request'>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly useCases: Pick<UseCases, 'syncInventory' | 'retryExport'>;
}

export interface Repaired {
  readonly finding: Finding;
  /** What was done, or why it could not be. */
  readonly outcome: string;
  readonly done: boolean;
}

/**
 * Repairs what can be repaired, one finding after the other; each repair decides by the streams as they are now, so an
 * outdated finding does no harm.
 */
export async function repairAll(
  deps: RepairDeps,
  findings: readonly Finding[],
  context: CommandContext,
): Promise<Repaired[]> {
  const repaired: Repaired[] = [];
  /** One sync for all findings that need one, whether or not it succeeds. */
  let synced: Promise<string> | null = null;
  for (const finding of findings) {
    if (finding.repair === null) continue;
    try {
      if (finding.repair === 'sync') {
        synced ??= sync(deps, context);
        repaired.push({ finding, outcome: await synced, done: true });
      } else {
        repaired.push({ finding, outcome: await repairOrder(deps, finding, context), done: true });
      }
    } catch (error) {
      if (error instanceof WarehouseError && error.kind !== 'rejected') throw error;
      repaired.push({ finding, outcome: messageOf(error), done: false });
    }
  }
  return repaired;
}

async function sync({ useCases }: RepairDeps, context: CommandContext): Promise<string> {
  const { syncId, ended } = await useCases.syncInventory({ force: false, wait: true, trigger: 'manual' }, context);
  if (ended !== 'completed') throw new Error(`sync ${syncId} ${ended ?? 'has not ended'}`);
  return `sync ${syncId}`;
}

async function repairOrder(deps: RepairDeps, finding: Finding, context: CommandContext): Promise<string> {
  const { handler, clock } = deps;
  const { orderId, orderNumber, extensivOrderId, repair } = finding;
  if (orderId === null) throw new Error('the finding names no order');
  const at = clock.now().toISOString();
  switch (repair) {
    case 'record-missing': {
      // Looked at again: an order that came back is no conflict.
      const { there } = await lookAgain(deps, orderId, extensivOrderId, context);
      const back = there !== null && (orderNumber === null || isAbout(there, { orderNumber }));
      return back ? 'it is there again' : 'recorded as a conflict';
    }
    case 'observe': {
      const { changes } = await lookAgain(deps, orderId, extensivOrderId, context);
      return changes > 0 ? 'status taken over' : 'recorded, nothing to take over';
    }
    case 'adopt': {
      if (extensivOrderId === null) throw new Error('the finding names no order of the warehouse');
      const command = { type: 'ConfirmExport', extensivOrderId, adopted: true, at } as const;
      const handled = await handler.handle(orders, orderId, command, context);
      if (isRejection(handled)) throw new Error(handled.detail);
      return `adopted ${extensivOrderId}`;
    }
    case 'retry-export': {
      const outcome = await deps.useCases.retryExport({ orderId, reason: 'found by a reconciliation' }, context);
      if (outcome.rejected) throw new Error(outcome.detail);
      return 'export is tried again';
    }
    case 'export':
      return reopen(deps, 'export', orderId, context);
    case 'cancel-there':
      return reopen(deps, 'wms-cancel', orderId, context);
    default:
      throw new Error(`there is no repair ${repair}`);
  }
}

/** Takes over what the warehouse says of an order now; the order may move on while it is asked. */
async function lookAgain(
  deps: RepairDeps,
  orderId: OrderId,
  extensivOrderId: ExtensivOrderId | null,
  context: CommandContext,
): Promise<{ there: WarehouseOrder | null; changes: number }> {
  const { state: before } = await deps.handler.load(orders, orderId);
  const there = extensivOrderId === null ? null : await deps.warehouse.orderStatus(extensivOrderId);
  const order = before ? { orderId, status: before.status } : { orderId };
  return { there, changes: await observe(deps, order, there, context) };
}

async function reopen(
  { effects, ids }: RepairDeps,
  kind: 'export' | 'wms-cancel',
  orderId: OrderId,
  { correlationId }: CommandContext,
): Promise<string> {
  const key = `${kind}:${orderId}`;
  const payload = { correlationId, orderId };
  await effects.request([{ key, kind, subject: orderId, payload, reopen: true, causedBy: ids.next() }]);
  return `effect ${key} is open again`;
}
