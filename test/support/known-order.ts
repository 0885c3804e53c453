import { orders } from '../../src/commands/aggregates.js';
import { type CommandHandler, createCommandHandler } from '../../src/commands/handler.js';
import { openedEvents } from '../../src/commands/privacy/opened-events.js';
import { createTurns } from '../../src/commands/turns.js';
import type { CommandContext } from '../../src/commands/use-cases.js';
import type { OrderCommand } from '../../src/domain/order/commands.js';
import { asOrderId } from '../../src/domain/shared/ids.js';
import type { Effect, EffectKind } from '../../src/processes/effects/effect.js';
import type { RefundMessage } from '../../src/processes/ports/payments.js';
import { createMemoryStore } from './memory-store.js';
import { minute } from './orders.js';
import { memoryPersonalData } from './personal-data.js';

/** What the handlers of effects need around an order that stands where a test wants it, without any server. */

export const context: CommandContext = { correlationId: 'c', causationId: 'c', actor: 'system:test' };
export const clock = { now: () => new Date(minute(60)) };
export const locks = { exclusively: createTurns() };

/** A command handler that knows an order, `o1`, after these commands. */
export async function knowing(commands: readonly OrderCommand[]): Promise<CommandHandler> {
  const personalData = memoryPersonalData();
  const eventStore = openedEvents(createMemoryStore(), personalData);
  const handler = createCommandHandler({ eventStore, personalData, clock });
  for (const command of commands) await handler.handle(orders, asOrderId('o1'), command, context);
  return handler;
}

/** An open effect of that order. */
export function openEffect(kind: EffectKind, payload: Record<string, unknown> = {}): Effect {
  const row = { status: 'open', attempts: 0, generation: 1, lastError: null, causedBy: 'c' } as const;
  const times = { createdAt: minute(0), updatedAt: minute(0) };
  return { key: `${kind}:o1`, kind, subject: 'o1', payload: { correlationId: 'c', ...payload }, ...row, ...times };
}

/** All money of that order, or some of it, given back by hand at the provider. */
export const byHand: RefundMessage = {
  kind: 'refund',
  stripeRefundId: 're_9',
  refundId: null,
  paymentIntentId: 'pi_1',
  orderId: asOrderId('o1'),
  amount: 1_000,
  currency: 'USD',
  status: 'succeeded',
  reason: '',
  at: minute(19),
};
