import type { FastifyPluginCallback } from 'fastify';
import type { Histories } from '../commands/histories.js';
import type { ErrorReporter, Logger, Metrics, Tracing } from '../commands/ports.js';
import type { UseCases } from '../commands/use-cases.js';
import type { ChangeFeed } from '../projections/feed/change-feed.js';
import type { Queries } from '../projections/queries.js';
import type { RateLimits } from './plugins/rate-limits.js';
import type { Authenticate } from './security/principal.js';

/** Everything the HTTP app is given; it finds nothing by itself. */
export interface AppOptions {
  readonly useCases: UseCases;
  readonly queries: Queries;
  readonly histories: Histories;
  readonly changes: ChangeFeed;
  readonly health: () => Promise<HealthReport>;
  /** The metrics page in the Prometheus text format. */
  readonly renderMetrics: () => Promise<{ contentType: string; body: string }>;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly errors?: ErrorReporter;
  /** A span per request; left out where tracing is off. */
  readonly tracing?: Tracing;
  readonly authenticate: Authenticate;
  /** Public keys of the audit seals as JWK, each with its PEM, the current one first. None where nothing is signed. */
  readonly auditKeys?: readonly AuditKey[];
  /** True by default. False in a process without the `api` role: it serves health, metrics and the seals' keys alone. */
  readonly servesApi?: boolean;
  readonly limits?: Partial<Limits>;
  /** How many requests a caller may send; without it as many as it likes. */
  readonly rateLimits?: RateLimits;
  /** Web origins whose pages may call the API; none by default. */
  readonly corsOrigins?: readonly string[];
  /** Answer only requests that name this machine as their host: for an open portal, which any web page could reach. */
  readonly loopbackHostsOnly?: boolean;
  /** The pages about the job queues, for operators, under {@link queueBoardPath}; none by default. */
  readonly queueBoard?: FastifyPluginCallback;
  /** Which proxies may state the client's address; none by default. */
  readonly trustProxy?: readonly string[];
}

export const queueBoardPath = '/admin/queues';

export interface AuditKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'EdDSA';
  readonly pem: string;
}

/** `ready` decides between 200 and 503; each check says in words what is wrong. */
export interface HealthReport {
  readonly ready: boolean;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
}

export interface Limits {
  /** Bytes of a JSON body. 100 lines of an order with every text at its limit stay below 64 KiB. */
  readonly bodyBytes: number;
  /** Bytes of a webhook. Stripe's events stay far below; a large one must not be lost to our limit. */
  readonly webhookBytes: number;
  /** Bytes from which on an answer is compressed for who asks for it; below, the packet is no smaller for it. */
  readonly compressFromBytes: number;
  /** Milliseconds a client may take to send a request, so that slow senders hold no socket. */
  readonly requestMs: number;
  /** Milliseconds of silence after which a socket is dropped; above `handlerMs`, below it nothing would be answered. */
  readonly connectionMs: number;
  /** Milliseconds a handler may take before 503, from when its request has been read. */
  readonly handlerMs: number;
  /** Milliseconds an inventory sync may be waited for: every page with every retry of a slow warehouse. */
  readonly syncWaitMs: number;
  /** Requests of one connection under way at a time: far more than clients send before they have their answers. */
  readonly pipelined: number;
  /** Milliseconds an idle keep-alive connection is held: short, because a stopping process waits for it. */
  readonly keepAliveMs: number;
  /** Milliseconds a stopping process waits for the rest of requests that have begun to come, and for unused connections. */
  readonly stopUnsentMs: number;
  /** Milliseconds a stopping process waits for answers, below what its whole stop may take. */
  readonly stopMs: number;
  /** Milliseconds a read with `X-Min-Event-Position` waits for the read models. */
  readonly readWaitMs: number;
  /** Milliseconds a write waits for the read models before it answers from the stream instead. */
  readonly writeWaitMs: number;
  /** Event streams one caller may hold open, per process: a few windows of a few programs. */
  readonly streamsPerCaller: number;
  /** Event streams of all callers, per process. */
  readonly streams: number;
  /** Milliseconds between two signs of life, well below the silence that proxies cut off at. */
  readonly heartbeatMs: number;
  /** Milliseconds a stream lives: by then the caller's credential is looked at again. */
  readonly streamLifeMs: number;
  /** Milliseconds a reader may leave what was sent to it lying. */
  readonly streamStallMs: number;
}

export const defaultLimits: Limits = {
  bodyBytes: 256 * 1024,
  webhookBytes: 1024 * 1024,
  compressFromBytes: 1024,
  requestMs: 30_000,
  connectionMs: 60_000,
  handlerMs: 30_000,
  syncWaitMs: 600_000,
  pipelined: 20,
  keepAliveMs: 5_000,
  stopUnsentMs: 2_000,
  stopMs: 10_000,
  readWaitMs: 5_000,
  writeWaitMs: 5_000,
  streamsPerCaller: 10,
  streams: 500,
  heartbeatMs: 15_000,
  streamLifeMs: 900_000,
  streamStallMs: 30_000,
};
