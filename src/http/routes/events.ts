import { setMaxListeners } from 'node:events';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { type Position, parsePosition } from '../../commands/event-store.js';
import type { Metrics } from '../../commands/ports.js';
import type { ChangeFeed } from '../../projections/feed/change-feed.js';
import { createPlaces } from '../events/places.js';
import { sendChanges } from '../events/send.js';
import { visibleTo } from '../events/visible.js';
import type { Limits } from '../options.js';
import { principalOf } from '../plugins/policy-guard.js';
import { Problem } from '../problems/problem.js';
import { closed } from '../schemas/fields.js';
import { guardedProblemResponses } from '../schemas/shared.js';
import type { Authenticate } from '../security/principal.js';

interface Parts {
  readonly authenticate: Authenticate;
  readonly changes: ChangeFeed;
  readonly limits: Limits;
  readonly metrics: Metrics;
}

const EventStream = Type.String({
  description: 'Server-sent events without end',
  examples: ['event: stock\nid: 49102/49102\ndata: {"sku":"VTH-HON-0001","revision":17,"stock":120}\n\n'],
});

/** Changes as they happen. */
export const eventRoutes: FastifyPluginAsyncTypebox<Parts> = async (app, parts) => {
  const { authenticate, changes, limits, metrics } = parts;
  const places = createPlaces(limits);
  const stopping = new AbortController();
  // Every event stream listens to it; Node would take more than ten for a leak.
  setMaxListeners(0, stopping.signal);
  app.addHook('preClose', async () => stopping.abort());

  app.get(
    '/events',
    {
      config: { policy: 'read:events' },
      // An answer without end has no length to ask for.
      exposeHeadRoute: false,
      schema: {
        operationId: 'followEvents',
        tags: ['events'],
        summary: 'Follow changes of orders and stock',
        description:
          'Server-sent events. `order`: an order has a new event; `stock`: a SKU has. Each says what the read models show ' +
          'now. A buyer gets its own orders, a brand its own products, staff everything. Send the last `id` back as ' +
          '`Last-Event-ID` to go on where a stream ended: nothing is lost and nothing repeated. `reset`: too much was ' +
          'missed to be told, or what was told is no more: read your lists anew. A stream ends by itself after 15 minutes, ' +
          'and soon after its credential has expired or was taken back; ask again.',
        headers: Type.Object({
          'last-event-id': Type.Optional(
            Type.String({
              maxLength: 64,
              description: 'The `id` of the last event received; now when absent',
              examples: ['48977/48977'],
            }),
          ),
        }),
        querystring: closed({}),
        response: {
          200: { description: 'Changes', content: { 'text/event-stream': { schema: EventStream } } },
          ...guardedProblemResponses('invalid-position', 'too-many-streams'),
        },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const from = positionOf(request.headers['last-event-id']);
      const release = places.take(principal.subject);
      const told = () => metrics.set('portal_event_streams', places.taken());
      const leave = new AbortController();
      try {
        told();
        const onTooSlow = () => leave.abort('slow');
        const following = await changes.follow({ from, sees: visibleTo(principal), onTooSlow, signal: leave.signal });
        // It took longer than a handler may: the caller has been answered.
        if (reply.sent) return;
        reply.header('content-type', 'text/event-stream; charset=utf-8');
        // Buffering proxies would keep changes back; a stream that ends leaves no idle connection behind.
        reply.headers({ 'x-accel-buffering': 'no', connection: 'close' });
        reply.hijack();
        reply.raw.writeHead(200, headersOf(reply.getHeaders()));
        const mayStay = async () => (await authenticate(request))?.subject === principal.subject;
        const onFailure = (error: unknown) => request.log.warn({ err: error }, 'an event stream failed');
        const { signal } = stopping;
        const reason = await sendChanges(reply.raw, following, leave, signal, limits, mayStay, onFailure);
        metrics.increment('portal_event_streams_ended_total', { reason });
      } finally {
        release();
        told();
      }
    },
  );
};

/** @throws Problem invalid-position */
function positionOf(lastEventId: string | undefined): Position | null {
  if (lastEventId === undefined || lastEventId === '') return null;
  const position = parsePosition(lastEventId);
  if (!position) throw new Problem('invalid-position', 'Last-Event-ID is not an event position.');
  return position;
}

function headersOf(headers: Record<string, number | string | string[] | undefined>) {
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, number | string | string[]] => entry[1] !== undefined),
  );
}
