import { setTimeout as sleep } from 'node:timers/promises';
import { orders } from '../../commands/aggregates.js';
import { isTransient } from '../../commands/failures.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { Clock, Locks } from '../../commands/ports.js';
import type { CommandContext } from '../../commands/use-cases.js';
import type { RecordNotification } from '../../domain/order/commands.js';
import { isDue, newsOf } from '../../domain/order/notification.js';
import type { Order } from '../../domain/order/state.js';
import type { NotificationKind } from '../../domain/order/values.js';
import type { OrderId } from '../../domain/shared/ids.js';
import { EffectImpossible, orderIdOf } from '../effects/effect.js';
import type { EffectHandler } from '../effects/performer.js';
import { MailError, type Mailer, type MailOrder, type MailTemplates } from '../ports/outbound.js';

export interface NotifyDeps {
  readonly handler: CommandHandler;
  readonly clock: Clock;
  readonly locks: Locks;
  readonly mailer: Mailer;
  readonly templates: MailTemplates;
  /** Right side of every Message-ID. */
  readonly messageIdDomain: string;
  /** Aborts when the process stops. */
  readonly signal?: AbortSignal;
}

/** How long a mail that was taken waits to be recorded while a store is away, and the pause between two tries, milliseconds. */
const recordingLimitMs = 60_000;
const recordingPauseMs = 250;

/**
 * Mails the customer. Mail is at least once by nature: between the server's acceptance and `NotificationSent` lies the
 * one window in which a crash repeats it, under the same Message-ID.
 */
export function createNotifyHandler(deps: NotifyDeps): EffectHandler {
  return {
    perform: (effect, context) =>
      notify(deps, orderIdOf(effect), effect.payload.notification as NotificationKind, context),
    async giveUp(effect, reason, context) {
      const kind = effect.payload.notification as NotificationKind;
      const at = deps.clock.now().toISOString();
      await deps.handler.handle(
        orders,
        orderIdOf(effect),
        { type: 'RecordNotificationFailure', kind, reason, at },
        context,
      );
    },
  };
}

/** A queue that was emptied, or lost sight of a worker, runs a job twice at once: the second waits and finds it done. */
export function notify(
  deps: NotifyDeps,
  orderId: OrderId,
  kind: NotificationKind,
  context: CommandContext,
): Promise<void> {
  return deps.locks.exclusively(`notify:${orderId}:${kind}`, async () => {
    for (;;) {
      const { state: order } = await deps.handler.load(orders, orderId);
      if (!order || !isWanted(kind, order)) return;
      await mail(deps, order, kind, context);
      // It is due still when there came more to say while it went out.
    }
  });
}

function isWanted(kind: NotificationKind, order: Order): boolean {
  // Whoever was erased has no address any more, and wants no mail.
  if (order.erasedAt !== null || (order.status === 'cancelled' && !afterCancelling(kind))) return false;
  // A refund of another payment leaves nothing to tell, nor does one that has bounced meanwhile.
  return isDue(kind, order) && !(kind === 'refunded' && order.refundedTotal === 0);
}

async function mail(deps: NotifyDeps, order: Order, kind: NotificationKind, context: CommandContext): Promise<void> {
  const { orderId, trackingNumber, refundedTotal } = order;
  const said = { trackingNumber, refundedTotal };
  // What says the same has the same id, and what says more another one, or some mail servers would take it for a repeat.
  const news = newsOf(kind, said);
  const content = news === null ? kind : `${kind}.${news}`;
  const messageId = `<${orderId}.${content.replace(/[^\w.-]/g, '')}@${deps.messageIdDomain}>`;
  try {
    await deps.mailer.send({
      to: order.customer.email,
      messageId,
      ...deps.templates.render(kind, toMailOrder(order)),
    });
  } catch (error) {
    if (error instanceof MailError && error.final) throw new EffectImpossible(error.message, { cause: error });
    throw error;
  }
  const at = deps.clock.now().toISOString();
  await record(deps, orderId, { type: 'RecordNotification', kind, messageId, said, at }, context);
}

/** Nobody but this process knows that the mail was taken: whoever takes the effect up after it sends it again. */
async function record(
  { handler, signal }: NotifyDeps,
  orderId: OrderId,
  command: RecordNotification,
  context: CommandContext,
): Promise<void> {
  const deadline = performance.now() + recordingLimitMs;
  for (;;) {
    try {
      await handler.handle(orders, orderId, command, context);
      return;
    } catch (error) {
      if (!isTransient(error) || performance.now() > deadline) throw error;
      await sleep(recordingPauseMs, undefined, { signal }).catch(() => {
        throw error;
      });
    }
  }
}

/** A cancelled order is not confirmed, announced or delivered any more, whatever had been due. */
function afterCancelling(kind: NotificationKind): boolean {
  return kind === 'cancelled' || kind === 'refunded';
}

/** An order as its mails show it. */
export function toMailOrder(order: Order): MailOrder {
  return {
    orderId: order.orderId,
    orderNumber: order.orderNumber,
    customerName: order.customer.name,
    companyName: order.customer.companyName,
    lineItems: order.lineItems,
    total: order.total,
    paid: order.paid,
    refundedTotal: order.refundedTotal,
    currency: order.currency,
    deliveryMethod: order.deliveryMethod,
    trackingNumber: order.trackingNumber,
    carrier: order.carrier,
    cancelReason: order.cancelReason,
  };
}
