import type { EventStore } from '../../commands/event-store.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { Tracing } from '../../commands/ports.js';
import { streamOf } from '../../commands/streams.js';
import { aroundEach, type EffectHandlers } from '../../processes/effects/performer.js';
import type { EffectStore } from '../../processes/effects/store.js';

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
        attributes: { 'portal.stream': streamOf(aggregate, id), 'portal.correlation_id': context.correlationId },
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
  return aroundEach(handlers, ({ key, kind, attempts, causedBy }, { correlationId }, perform) => {
    const attributes = { 'portal.effect': key, 'portal.attempt': attempts + 1 };
    return tracing.run({ name: `effect ${kind}`, kind: 'consumer', correlationId, causedBy, attributes }, perform);
  });
}

/**
 * A mark for each effect that a request asks for instead of an event, so that its span hangs below the request. What events
 * ask for hangs below the marks of these.
 */
export function tracedRequests(tracing: Tracing | null, store: EffectStore): EffectStore {
  if (!tracing) return store;
  return {
    ...store,
    async request(requests, tx) {
      await store.request(requests, tx);
      const asked = requests.filter(({ kind }) => kind === 'webhook' || kind === 'sync');
      tracing.recorded(asked.map(({ causedBy, kind }) => ({ id: causedBy, type: `request of ${kind}` })));
    },
  };
}

/** Calls of a neighbour as spans, of a list each page; what answers neither a promise nor pages passes through. */
export function tracedCalls<Port extends object>(tracing: Tracing | null, peer: string, port: Port): Port {
  if (!tracing) return port;
  const facts = (method: string) =>
    ({ name: `${peer} ${method}`, kind: 'client', attributes: { 'portal.peer': peer } }) as const;
  const traced = (name: string, member: unknown): unknown => {
    if (typeof member !== 'function' || untraced.has(name)) return member;
    const call = (args: unknown[]): unknown => Reflect.apply(member, port, args);
    if (lists.has(name)) return (...args: unknown[]) => pages(name, call(args) as AsyncIterable<unknown>);
    return (...args: unknown[]) => tracing.run(facts(name), async () => call(args));
  };
  const members = Object.entries(port).map(([name, member]) => [name, traced(name, member)]);
  return { ...port, ...Object.fromEntries(members) };

  async function* pages(name: string, list: AsyncIterable<unknown>): AsyncGenerator<unknown> {
    const iterator = list[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await tracing?.run(facts(name), () => iterator.next());
        if (!next || next.done) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
}

/** Members that answer page by page. */
const lists = new Set(['inventory', 'products', 'ordersUpdatedSince']);
/** Members that call nobody. */
const untraced = new Set(['close', 'verify']);

function typeOf(command: unknown): string {
  const type = typeof command === 'object' && command !== null ? Reflect.get(command, 'type') : undefined;
  return typeof type === 'string' ? type : 'unknown';
}
