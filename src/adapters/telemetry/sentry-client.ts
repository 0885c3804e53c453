import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import {
  defaultStackParser,
  type ErrorEvent,
  linkedErrorsIntegration,
  makeNodeTransport,
  NodeClient,
  Scope,
} from '@sentry/node';
import { reachLoopbackDirectly } from '../web-proxy.js';
import { scrub, scrubText } from './scrub.js';

export interface SentrySettings {
  /** Empty: nothing is sent anywhere. */
  readonly dsn: string;
  readonly release?: string;
  readonly environment?: string;
  /** Part of the errors to send, 0 to 1; all without it. */
  readonly sampleRate?: number;
  /** What the tracker may take to answer, milliseconds. */
  readonly timeoutMs?: number;
}

const usualTimeoutMs = 10_000;

export interface SentryClient {
  capture(error: unknown, context: Record<string, unknown>): void;
  flush(timeoutMs: number): Promise<boolean>;
}

/** Facts that reports are looked up by. */
const searched = ['correlationId', 'orderId', 'jobId', 'effect', 'alert', 'syncId'];

/**
 * A client of its own instead of the SDK's global set-up: no integration that looks at requests, the console, local
 * variables or the host, so a report is the error, its causes and the given context, scrubbed.
 */
export function createSentryClient(settings: SentrySettings): SentryClient {
  reachLoopbackDirectly();
  const client = new NodeClient({
    dsn: settings.dsn,
    ...(settings.release === undefined ? {} : { release: settings.release }),
    environment: settings.environment ?? 'production',
    sampleRate: settings.sampleRate ?? 1,
    transport: impatientTransport(settings.timeoutMs ?? usualTimeoutMs),
    stackParser: defaultStackParser,
    integrations: [linkedErrorsIntegration()],
    includeServerName: false,
    enableRuntimeChannelInjection: false,
    sendClientReports: false,
    dataCollection: { userInfo: false, cookies: false, httpHeaders: false, httpBodies: [], urlQueryParams: false },
    beforeSend: withoutPrivateData,
  });
  client.init();
  return {
    capture(error, context) {
      const scope = new Scope();
      const facts = scrub(context) as Record<string, unknown>;
      scope.setContext('portal', facts);
      scope.setTags(
        Object.fromEntries(searched.flatMap((name) => (name in facts ? [[name, String(facts[name])]] : []))),
      );
      scope.setClient(client);
      scope.captureException(error);
    },
    flush: async (timeoutMs) => await client.flush(timeoutMs),
  };
}

/** The SDK waits without end: thirty requests that nobody answers would be the last ones. */
function impatientTransport(timeoutMs: number): typeof makeNodeTransport {
  return (options) => {
    const { request } = options.url.startsWith('https:') ? https : http;
    return makeNodeTransport({
      ...options,
      httpModule: {
        request(to, answered) {
          const asked = request(to, answered as ((response: IncomingMessage) => void) | undefined);
          const late = setTimeout(
            () => asked.destroy(new Error('the error tracker does not answer')),
            timeoutMs,
          ).unref();
          return asked.once('close', () => clearTimeout(late));
        },
      },
    });
  };
}

/** The last gate before the wire: what the SDK or an error's own text may have brought along. */
function withoutPrivateData(event: ErrorEvent): ErrorEvent {
  const {
    request: _request,
    user: _user,
    breadcrumbs: _breadcrumbs,
    server_name: _serverName,
    extra: _extra,
    ...rest
  } = event;
  const scrubbed: ErrorEvent = { ...rest, contexts: scrubContexts(event.contexts) };
  if (event.message !== undefined) scrubbed.message = scrubText(event.message);
  if (event.exception?.values !== undefined) {
    scrubbed.exception = {
      values: event.exception.values.map((exception) => ({
        ...exception,
        ...(exception.value === undefined ? {} : { value: scrubText(exception.value) }),
        ...(exception.stacktrace === undefined ? {} : { stacktrace: withoutVariables(exception.stacktrace) }),
      })),
    };
  }
  return scrubbed;
}

function scrubContexts(contexts: ErrorEvent['contexts']): NonNullable<ErrorEvent['contexts']> {
  const { portal, runtime, trace } = contexts ?? {};
  return {
    ...(portal === undefined ? {} : { portal: scrub(portal) as Record<string, unknown> }),
    ...(runtime === undefined ? {} : { runtime }),
    ...(trace === undefined ? {} : { trace }),
  };
}

function withoutVariables<Trace extends { frames?: { vars?: unknown }[] }>(stacktrace: Trace): Trace {
  return { ...stacktrace, frames: stacktrace.frames?.map(({ vars: _vars, ...frame }) => frame) };
}
