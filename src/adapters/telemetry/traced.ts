import type { EventStore } from '../../commands/event-store.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { Tracing } from '../../commands/ports.js';
import type { EffectHandlers } from '../../processes/effects/performer.js';

/** Commands as spans, named by what they ask of which aggregate. */
export function tracedHandler(tracing: Tracing | null, handler: CommandHandler): CommandHandler {
  if (!tracing) return handler;
  return {
    load: handler.load,
    handle(aggregate, id, command, context, options) {
      const facts = {
        name: `command ${aggregate.category} ${typeOf(command)}`,
        kind: 'internal',
        correlationId: context.correlationId,
        attributes: { 'portal.stream': `${aggregate.category}-${id}`, 'portal.correlation_id': context.correlationId },
      } as const;
      return tracing.run(facts, () => handler.handle(aggregate, id, command, context, options));
    },
  };
}

/** Appends as spans, with a mark for each event that was recorded. */
export function tracedEventStore(tracing: Tracing | null, store: EventStore): EventStore {
  if (!tracing) return store;
  return {
    ...store,
    append(stream, events, expected) {
      const correlationId = events[0]?.metadata.$correlationId;
      const facts = {
        name: 'append',
        kind: 'client',
        attributes: { 'portal.stream': stream, 'portal.events': events.length },
        ...(correlationId === undefined ? {} : { correlationId }),
      } as const;
      return tracing.run(facts, async () => {
        const appended = await store.append(stream, events, expected);
        tracing.recorded(events);
        return appended;
      });
    },
  };
}

/** Effects as spans below the event that asked for them. */
export function tracedEffects(tracing: Tracing | null, handlers: EffectHandlers): EffectHandlers {
  if (!tracing) return handlers;
  const traced = Object.entries(handlers).map(([kind, handler]): [string, typeof handler] => [
    kind,
    {
      ...handler,
      perform(effect, context) {
        const facts = {
          name: `effect ${kind}`,
          kind: 'consumer',
          correlationId: context.correlationId,
          causedBy: effect.causedBy,
          attributes: { 'portal.effect': effect.key, 'portal.attempt': effect.attempts + 1 },
        } as const;
        return tracing.run(facts, () => handler.perform(effect, context));
      },
    },
  ]);
  return { ...handlers, ...Object.fromEntries(traced) };
}

/** Calls of a neighbour as spans; what answers no promise (a stream of pages) passes through. */
export function tracedCalls<Port extends object>(tracing: Tracing | null, peer: string, port: Port): Port {
  if (!tracing) return port;
  const facts = (method: string) =>
    ({ name: `${peer} ${method}`, kind: 'client', attributes: { 'portal.peer': peer } }) as const;
  const members = Object.entries(port).map(([name, member]) => [
    name,
    typeof member === 'function' && !untraced.has(name)
      ? (...args: unknown[]) => tracing.run(facts(name), async () => Reflect.apply(member, port, args))
      : member,
  ]);
  return { ...port, ...Object.fromEntries(members) };
}

/** Members that are no single call. */
const untraced = new Set(['inventory', 'products', 'ordersUpdatedSince', 'close', 'verify']);

function typeOf(command: unknown): string {
  const type = typeof command === 'object' && command !== null ? Reflect.get(command, 'type') : undefined;
  return typeof type === 'string' ? type : 'unknown';
}
