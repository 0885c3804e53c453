import { orders } from '../../commands/aggregates.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { Clock, Ids, Locks } from '../../commands/ports.js';
import type { CommandContext } from '../../commands/use-cases.js';
import type { Order } from '../../domain/order/state.js';
import type { ExtensivOrderId, OrderId } from '../../domain/shared/ids.js';
import { type Effect, EffectPostponed, type EffectRequest, orderIdOf } from '../effects/effect.js';
import { owedAlert } from '../effects/owed-alert.js';
import type { EffectHandler } from '../effects/performer.js';
import type { EffectStore } from '../effects/store.js';
import { inExportTurn } from '../export-turn.js';
import { type Warehouse, WarehouseError } from '../ports/warehouse.js';
import { isAbout } from '../warehouse-order.js';
import { callOff } from './call-off.js';
import type { AdoptIfThere } from './unknown-export.js';

/** What the warehouse made of a cancellation: `taken` when it has it and does not say yet what becomes of the order. */
type Answer =
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused'; readonly reason: string };

const cancelled: Answer = { kind: 'cancelled' };

/**
 * Cancels in the warehouse what was cancelled here, looking it up there when an export's outcome is unknown, and has its
 * delivery called off. A cancellation that the warehouse takes and carries out later is followed by an effect of its own,
 * whose payload says when it was asked for (`askedAt`).
 */
export function createWmsCancelHandler(deps: {
  handler: CommandHandler;
  clock: Clock;
  warehouse: Warehouse;
  locks: Locks;
  effects: Pick<EffectStore, 'get' | 'request'>;
  ids: Ids;
  adoptIfThere: AdoptIfThere;
  /** A request older than this can no longer be on its way. */
  warehouseTimeoutMs: number;
}): EffectHandler {
  const { handler, clock, warehouse, warehouseTimeoutMs } = deps;

  return {
    perform: (effect, context) => inExportTurn(deps.locks, orderIdOf(effect), () => cancel(effect, context)),
    async giveUp(effect, reason, context) {
      const { state: order } = await handler.load(orders, orderIdOf(effect));
      if (order && isOwed(order)) await deps.effects.request([unanswered(effect, order, reason, context)]);
    },
  };

  async function cancel(effect: Effect, context: CommandContext): Promise<void> {
    const orderId = orderIdOf(effect);
    const { state: order } = await handler.load(orders, orderId);
    if (order) await deps.effects.request(callOff(order, context));
    if (!order || !isOwed(order)) return;
    const asks = effect.payload.askedAt === undefined;
    if (asks && (await deps.effects.get(followUpKey(orderId)))?.status === 'open') return;
    const extensivOrderId = order.extensivOrderId ?? (await deps.adoptIfThere(order, context));
    if (extensivOrderId === null) return;
    const answer = await answerTo(effect, order, extensivOrderId);
    if (answer.kind === 'taken') await deps.effects.request([followUp(effect)]);
    else await record(order, extensivOrderId, answer, context);
  }

  function followUp(effect: Effect): EffectRequest {
    const now = clock.now();
    return {
      key: followUpKey(orderIdOf(effect)),
      kind: 'wms-cancel',
      subject: effect.subject,
      payload: { ...effect.payload, askedAt: now.toISOString() },
      dueAt: new Date(now.getTime() + firstLook * warehouseTimeoutMs).toISOString(),
      reopen: true,
      causedBy: deps.ids.next(),
    };
  }

  /** @throws what may be otherwise another time */
  async function answerTo(effect: Effect, order: Order, extensivOrderId: ExtensivOrderId): Promise<Answer> {
    try {
      const there = await warehouse.orderStatus(extensivOrderId);
      // Under an id that is not this order's, somebody else's would be cancelled.
      if (there && !isAbout(there, order)) {
        return { kind: 'refused', reason: `the warehouse has ${there.orderNumber} under this id` };
      }
      if (there?.status === 'cancelled') return cancelled;
      const { askedAt } = effect.payload;
      if (askedAt === undefined) return await ask(order, extensivOrderId);
      if (there === null) return cancelled;
      return stillThere(
        there.status,
        Math.abs(clock.now().getTime() - Date.parse(String(askedAt))),
        warehouseTimeoutMs,
      );
    } catch (error) {
      // Asked again it would say the same, and meanwhile the goods may leave.
      if (error instanceof WarehouseError && error.kind === 'rejected')
        return { kind: 'refused', reason: error.message };
      throw error;
    }
  }

  async function ask(order: Order, extensivOrderId: ExtensivOrderId): Promise<Answer> {
    const answer = await warehouse.cancelOrder(extensivOrderId, order.cancelReason ?? 'cancelled');
    if (answer === 'too-late') return { kind: 'refused', reason: 'the warehouse has shipped it' };
    if (answer === 'cancelled') return cancelled;
    // A warehouse that takes no cancellations, or a gateway in front of it, may say that it finds nothing.
    const there = await warehouse.orderStatus(extensivOrderId);
    if (there === null || !isAbout(there, order) || there.status === 'cancelled') return cancelled;
    return answer === 'missing' ? stillHas(there.status) : { kind: 'taken' };
  }

  async function record(
    { orderId }: Order,
    extensivOrderId: ExtensivOrderId,
    answer: Exclude<Answer, { kind: 'taken' }>,
    context: CommandContext,
  ): Promise<void> {
    const facts = { extensivOrderId, at: clock.now().toISOString() };
    const command =
      answer.kind === 'cancelled'
        ? ({ type: 'ConfirmWmsCancellation', ...facts } as const)
        : ({ type: 'RefuseWmsCancellation', reason: answer.reason, ...facts } as const);
    await handler.handle(orders, orderId, command, context);
  }
}

/** Whether it has to be cancelled in the warehouse, or looked for there. */
function isOwed({ status, wmsCancellation, extensivOrderId, exportOutcomeUnknown }: Order): boolean {
  const sought = extensivOrderId === null && exportOutcomeUnknown;
  return status === 'cancelled' && (wmsCancellation === 'wanted' || sought);
}

/** No event says so: nobody has refused anything, and the order stays to be cancelled there. */
function unanswered(
  { key, generation }: Effect,
  { orderId, extensivOrderId }: Order,
  reason: string,
  context: CommandContext,
) {
  const what = extensivOrderId === null ? 'whether it has it' : 'whether it cancels it';
  const alert = {
    name: `${key}:g${generation}`,
    kind: 'wms-cancellation-refused',
    subject: `wms cancellation refused: order ${orderId}`,
    message: `the order is cancelled, and the warehouse does not say ${what} (${orderId})`,
    facts: { reason, ...(extensivOrderId === null ? {} : { extensivOrderId }) },
  };
  return owedAlert(alert, orderId, context);
}

/** A warehouse that carries a cancellation out later is followed for so many of our time-outs, a minute as delivered. */
const followedForTimeouts = 6;
/** Part of a time-out after which it is looked at first; each further look doubles its age. */
const firstLook = 0.1;

function followUpKey(orderId: OrderId): string {
  return `wms-cancel:${orderId}:followed`;
}

/** @throws EffectPostponed while the warehouse may still carry the cancellation out */
function stillThere(status: string, ageMs: number, warehouseTimeoutMs: number): Answer {
  const remainingMs = followedForTimeouts * warehouseTimeoutMs - ageMs;
  if (remainingMs <= 0 || status === 'shipped' || status === 'delivered') return stillHas(status);
  const pauseMs = Math.min(Math.max(ageMs, firstLook * warehouseTimeoutMs), remainingMs);
  throw new EffectPostponed(pauseMs, 'the warehouse has taken the cancellation and not carried it out yet');
}

function stillHas(status: string): Answer {
  return { kind: 'refused', reason: `the warehouse still has it as ${status}` };
}
