import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  BatchSpanProcessor,
  type NodeTracerConfig,
  NodeTracerProvider,
  RandomIdGenerator,
} from '@opentelemetry/sdk-trace-node';
import type { SpanFacts, Tracing } from '../../commands/ports.js';
import { eventSpanIdOf, traceIdOf } from './trace-ids.js';

export interface OtlpTracing extends Tracing {
  /** Sends what is still held back; call it last. */
  close(): Promise<void>;
}

export interface TracingSettings {
  /** Base URL of the collector; spans go to `/v1/traces` below it. */
  readonly endpoint: string;
  /** `name=value`, separated by commas. */
  readonly headers: string;
  /** The collector tells processes apart by them. */
  readonly roles: readonly string[];
}

/** Spans that wait for the collector; about a megabyte. What does not fit is dropped, the portal never waits. */
const maxQueued = 4_096;
const sendEveryMs = 1_000;
/** A collector that is away must not hold up the end of the process. */
const exportTimeoutMs = 3_000;

/**
 * {@link Tracing} to a collector. It registers nothing globally: neither the error tracker's own OpenTelemetry nor any
 * library's instrumentation meets it.
 */
export function createTracing(settings: TracingSettings): OtlpTracing {
  const ids = createIds();
  const url = `${settings.endpoint.replace(/\/+$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, headers: headersOf(settings.headers), timeoutMillis: exportTimeoutMs });
  const provider = new NodeTracerProvider({
    idGenerator: ids,
    resource: resourceOf(settings.roles),
    spanProcessors: [
      new BatchSpanProcessor(exporter, {
        maxQueueSize: maxQueued,
        scheduledDelayMillis: sendEveryMs,
        exportTimeoutMillis: exportTimeoutMs,
      }),
    ],
  });
  const tracer = provider.getTracer('portal');
  const active = new AsyncLocalStorage<Context>();

  function start(facts: SpanFacts): { span: Span; context: Context } {
    const current = active.getStore();
    const traceId = facts.correlationId === undefined ? undefined : traceIdOf(facts.correlationId);
    const around = current && trace.getSpanContext(current);
    // A webhook or a poll acts on an order, whose trace goes on; the two know each other by a link.
    const stays = around !== undefined && (traceId === undefined || traceId === around.traceId);
    const parent = stays && current ? current : parentOf(facts);
    const links = around && !stays ? [{ context: around }] : [];
    const options = { kind: kinds[facts.kind], attributes: { ...facts.attributes }, links };
    const span = ids.choosing({ traceId }, () => tracer.startSpan(facts.name, options, parent));
    return { span, context: trace.setSpan(parent, span) };
  }

  return {
    async run(facts, work) {
      const { span, context } = start(facts);
      try {
        return await active.run(context, work);
      } catch (error) {
        fail(span, error instanceof Error ? error.name : 'unknown');
        throw error;
      } finally {
        span.end();
      }
    },
    enter(facts, go) {
      const { span, context } = start(facts);
      active.run(context, go);
      return {
        end({ attributes, failed }) {
          span.setAttributes({ ...attributes });
          if (failed) fail(span);
          span.end();
        },
      };
    },
    recorded(events) {
      const parent = active.getStore();
      if (!parent) return;
      for (const { id, type } of events) {
        const attributes = { 'portal.event.id': id, 'portal.event.type': type };
        const start = () => tracer.startSpan(`recorded ${type}`, { kind: SpanKind.PRODUCER, attributes }, parent);
        ids.choosing({ spanId: eventSpanIdOf(id) }, start).end();
      }
    },
    async close() {
      await provider.shutdown().catch(() => undefined);
    },
  };
}

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
} as const;

/** The kind of an error, never its message: that can say more than a collector may know. */
function fail(span: Span, errorType?: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  if (errorType !== undefined) span.setAttribute('error.type', errorType);
}

/** The span of the event that caused this, recorded by whichever process. */
function parentOf({ correlationId, causedBy }: SpanFacts): Context {
  if (correlationId === undefined || causedBy === undefined) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: traceIdOf(correlationId),
    spanId: eventSpanIdOf(causedBy),
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  });
}

/** Random ids, except for the next span where they are given. Starting a span is synchronous, so nobody comes between. */
function createIds() {
  const random = new RandomIdGenerator();
  let chosen: { traceId?: string | undefined; spanId?: string | undefined } = {};
  return {
    generateTraceId: () => chosen.traceId ?? random.generateTraceId(),
    generateSpanId: () => chosen.spanId ?? random.generateSpanId(),
    choosing<Started>(ids: typeof chosen, start: () => Started): Started {
      chosen = ids;
      try {
        return start();
      } finally {
        chosen = {};
      }
    },
  };
}

type Resource = NonNullable<NodeTracerConfig['resource']>;

function resourceOf(roles: readonly string[]): Resource {
  const attributes = { 'service.name': 'vitallogistics-portal', 'portal.roles': roles.join(',') };
  const resource: Resource = {
    attributes,
    merge: (other) => other ?? resource,
    getRawAttributes: () => Object.entries(attributes),
  };
  return resource;
}

function headersOf(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.split(/=(.*)/s).map((part) => part.trim()));
  return Object.fromEntries(pairs.flatMap(([name = '', value = '']) => (name === '' ? [] : [[name, value]])));
}
