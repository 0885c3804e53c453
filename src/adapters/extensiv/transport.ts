import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios from 'axios';
import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  type IBackoffFactory,
  TimeoutStrategy,
  timeout,
} from 'cockatiel';
import type { Logger, Metrics } from '../../commands/ports.js';
import { reachLoopbackDirectly } from '../web-proxy.js';
import { type Budget, type Lane, lanes } from './budget.js';
import { CallFailure } from './call-failure.js';
import { asFailure, heldBack, interrupted, statusFailure, stopped } from './failures.js';
import { readRetryAfter } from './retry-schedule.js';

/** One HTTP request of the warehouse's API. `route` is the path's template, the name it has in logs and metrics. */
export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly route: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON; `URLSearchParams` is sent as a form. */
  readonly body?: object | undefined;
  readonly lane: Lane;
  /** Uses a connection of its own: one kept alive may be closing just then, and the outcome would be unknown. */
  readonly freshConnection?: boolean | undefined;
  /** Runs when the request's turn has come; when it throws, the request is not sent. */
  readonly beforeSend?: (() => Promise<void>) | undefined;
}

export interface WireResponse {
  readonly status: number;
  readonly body: Buffer;
  readonly retryAfterMs: number | undefined;
}

export interface Transport {
  /**
   * Sends a request once, within the budget, the circuit breaker and the time-out.
   * @returns any status below 500
   * @throws CallFailure for anything else
   */
  send(request: WireRequest, attempt: number, signal: AbortSignal): Promise<WireResponse>;
}

export interface TransportSettings {
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly budget: Budget;
  readonly breaker: BreakerLimits;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Called when the circuit opens, with what it opened on. */
  onOutage(failure: unknown): void;
}

export interface BreakerLimits {
  /** Failed requests in a row, of any kind, that open the circuit. */
  readonly failures: number;
  /** How long it stays open before one request may probe. */
  readonly halfOpenAfterMs: number;
}

/** Requests in flight per lane, so that a slow catalogue never keeps an export waiting. */
const inFlight: Readonly<Record<Lane, number>> = { export: 4, status: 6, catalogue: 2 };
/** Requests that may queue per lane; beyond it callers are told to come back. */
const maxQueued = 1000;
/** A page of 1000 items takes about 400 kB; this leaves room and still bounds memory. */
const maxBodyBytes = 64 * 1024 * 1024;

/** One attempt of a request, over axios. */
export function createTransport(settings: TransportSettings): Transport {
  const { baseUrl, budget, logger, metrics } = settings;
  reachLoopbackDirectly();
  const http = axios.create({
    baseURL: baseUrl,
    // A redirect would carry the access token to wherever it points, and could repeat a create.
    maxRedirects: 0,
    maxContentLength: maxBodyBytes,
    // The bytes are parsed by the caller, who knows what a body that is not JSON means.
    responseType: 'arraybuffer',
    transformResponse: (bytes: unknown) => bytes,
    validateStatus: () => true,
  });
  const kept = agents(true);
  const fresh = agents(false);
  const bulkheads = new Map(lanes.map((lane) => [lane, bulkhead(inFlight[lane], maxQueued)]));
  const breaker = circuitBreaker(
    handleWhen((error) => error instanceof CallFailure && error.outage),
    {
      halfOpenAfter: openFor(settings.breaker.halfOpenAfterMs),
      breaker: new ConsecutiveBreaker(settings.breaker.failures),
    },
  );
  const deadline = timeout(settings.timeoutMs, TimeoutStrategy.Aggressive);

  breaker.onBreak((cause) => {
    logger.error({ halfOpenAfterMs: settings.breaker.halfOpenAfterMs }, 'Extensiv circuit opened');
    settings.onOutage('error' in cause ? cause.error : undefined);
  });
  breaker.onReset(() => logger.info({}, 'Extensiv circuit closed'));

  async function exchange(request: WireRequest, signal: AbortSignal): Promise<WireResponse> {
    const response = await http.request<Buffer>({
      method: request.method,
      url: request.path,
      params: request.query,
      headers: { accept: 'application/json', ...request.headers },
      data: request.body,
      signal,
      ...(request.freshConnection ? fresh : kept),
    });
    const retryAfterMs = readRetryAfter(response.headers['retry-after'], response.headers.date);
    if (response.status < 500) return { status: response.status, body: response.data, retryAfterMs };
    throw statusFailure(response.status, retryAfterMs);
  }

  async function timed(request: WireRequest, attempt: number, signal: AbortSignal): Promise<WireResponse> {
    const { method, route } = request;
    await request.beforeSend?.();
    const startedAt = performance.now();
    let outcome = 'error';
    try {
      const response = await deadline.execute((context) => exchange(request, context.signal), signal);
      outcome = String(response.status);
      return response;
    } catch (error) {
      const failure = signal.aborted ? interrupted() : asFailure(error, settings.timeoutMs);
      outcome = failure.facts.status === undefined ? failure.reason : String(failure.facts.status);
      throw failure;
    } finally {
      const seconds = (performance.now() - startedAt) / 1000;
      metrics.increment('portal_extensiv_requests_total', { method, route, status: outcome });
      metrics.observe('portal_extensiv_request_duration_seconds', seconds, { method, route });
      logger.info(
        { method, route, status: outcome, durationMs: Math.round(seconds * 1000), attempt },
        'Extensiv request',
      );
    }
  }

  return {
    async send(request, attempt, signal) {
      try {
        const lane = bulkheads.get(request.lane);
        const guarded = () => breaker.execute(() => timed(request, attempt, signal), signal);
        const afford = async () => {
          await budget.acquire(request.lane, signal);
          return guarded();
        };
        return await (lane ? lane.execute(afford, signal) : afford());
      } catch (error) {
        if (error instanceof CallFailure) throw error;
        if (signal.aborted) throw stopped();
        if (error instanceof BrokenCircuitError) throw heldBack('the circuit to the warehouse is open');
        if (error instanceof BulkheadRejectedError) throw heldBack('too many requests wait for the warehouse');
        throw error;
      }
    },
  };
}

/**
 * How long the circuit stays open. The breaker compares it with the time of day, by which a clock that is put back would
 * keep it open for as much longer: so it is told that its time is up, or that it is not.
 */
function openFor(ms: number): IBackoffFactory<unknown> {
  return {
    next() {
      const until = performance.now() + ms;
      return {
        get duration() {
          return performance.now() < until ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
        },
        next: () => openFor(ms).next(undefined),
      };
    },
  };
}

function agents(keepAlive: boolean): { httpAgent: HttpAgent; httpsAgent: HttpsAgent } {
  return { httpAgent: new HttpAgent({ keepAlive }), httpsAgent: new HttpsAgent({ keepAlive }) };
}
