import type { CommandContext, UseCases } from '../../commands/use-cases.js';
import type { Effect } from '../../processes/effects/effect.js';
import { aroundEach, type EffectHandlers } from '../../processes/effects/performer.js';
import { jobIdOf } from '../../processes/effects/relay.js';
import { about } from './log-context.js';

/** Effects that name themselves, their order and their cause in all that they log and report. */
export function effectsInContext(handlers: EffectHandlers): EffectHandlers {
  return aroundEach(handlers, (effect, context, perform) => about({ ...idsOf(context), ...jobOf(effect) }, perform));
}

/** Use cases that name what has asked for them, and their order. */
export function useCasesInContext(useCases: UseCases): UseCases {
  const named = Object.entries(useCases).map(([name, useCase]) => [
    name,
    (request: unknown, context: CommandContext) =>
      about({ ...idsOf(context), ...orderOf(typeof request === 'string' ? { orderId: request } : request) }, async () =>
        Reflect.apply(useCase, useCases, [request, context]),
      ),
  ]);
  return { ...useCases, ...Object.fromEntries(named) };
}

/** The actor is left out: it can be a person. */
function idsOf({ correlationId, causationId }: CommandContext) {
  return { correlationId, causationId };
}

function jobOf(effect: Effect) {
  return { ...orderOf(effect.payload), effect: effect.key, jobId: jobIdOf(effect), attempt: effect.attempts + 1 };
}

function orderOf(facts: unknown): { orderId?: string } {
  const orderId = typeof facts === 'object' && facts !== null && 'orderId' in facts ? facts.orderId : undefined;
  return typeof orderId === 'string' ? { orderId } : {};
}
