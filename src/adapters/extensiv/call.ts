import { DelegateBackoff, handleWhen, type IRetryBackoffContext, type IRetryContext, retry } from 'cockatiel';
import type { ErrorReporter, Logger } from '../../commands/ports.js';
import { WarehouseError, type WarehouseErrorKind } from '../../processes/ports/warehouse.js';
import { CallFailure } from './call-failure.js';
import { errorSummary } from './error-body.js';
import { statusFailure, stopped } from './failures.js';
import { parseJson } from './json.js';
import { retryDelay } from './retry-schedule.js';
import type { WireRequest, WireResponse } from './transport.js';

/** One call of the warehouse's API and how to read what comes back. */
export interface ApiCall<Answer> extends WireRequest {
  /** What the bytes of a success stand for, when they have been read before; `undefined` when they have not. */
  recall?(bytes: Buffer): Answer | undefined;
  /** Reads a success; null stands for an empty body. @throws CallFailure `unreadable` when it is not what was asked for */
  read(body: unknown, bytes: Buffer): Answer;
  /** Answers for refusals that are expected here, such as 404; `undefined` leaves it a failure. */
  expected?(status: number, body: unknown): Answer | undefined;
  /** A repeat could act twice: it is made only when the warehouse cannot have acted. */
  readonly once?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface CallSettings {
  /** Repeats after the first attempt. */
  readonly maxRetries: number;
  /** The first delay; each further one doubles it. */
  readonly retryBaseMs: number;
  readonly logger: Logger;
  readonly reporter: ErrorReporter;
  /** Ends every call when the process stops. */
  readonly signal: AbortSignal;
}

export type Send = (request: WireRequest, attempt: number, signal: AbortSignal) => Promise<WireResponse>;

/**
 * Makes a call until it succeeds, must not be repeated, or has been repeated often enough, as the guide's error matrix
 * says: 429, 5xx, network errors, time-outs and unreadable answers are repeated, other refusals are not.
 * @throws WarehouseError
 */
export async function makeCall<Answer>(settings: CallSettings, call: ApiCall<Answer>, send: Send): Promise<Answer> {
  const { maxRetries, retryBaseMs } = settings;
  const signal = call.signal ? AbortSignal.any([settings.signal, call.signal]) : settings.signal;
  let sending = false;
  /** An attempt may have reached the warehouse and taken effect. */
  let perhapsDone = false;

  async function attempt({ attempt: repeats }: IRetryContext): Promise<Answer> {
    // A wait that was given up for a stop still runs out.
    if (signal.aborted) throw stopped();
    sending = true;
    try {
      return readAnswer(call, await send(call, repeats + 1, signal));
    } catch (error) {
      if (error instanceof CallFailure) {
        perhapsDone ||= error.ambiguous;
        tell(settings, call, error, repeats + 1, repeats >= maxRetries || !repeatable(call, error));
      }
      throw error;
    } finally {
      sending = false;
    }
  }

  // A pending repeat shall not keep a stopped process alive.
  const policy = retry(
    handleWhen((error) => error instanceof CallFailure && repeatable(call, error)),
    { maxAttempts: maxRetries, backoff: schedule(retryBaseMs) },
  ).dangerouslyUnref();
  policy.onRetry(({ delay, attempt: repeat }) =>
    settings.logger.info(
      { method: call.method, route: call.route, attempt: repeat + 1, delayMs: Math.round(delay) },
      'Extensiv call will be repeated',
    ),
  );

  try {
    return await unlessWaiting(signal, () => sending, policy.execute(attempt, signal));
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    throw asWarehouseError(call, error, perhapsDone);
  }
}

function readAnswer<Answer>(call: ApiCall<Answer>, { status, body, retryAfterMs }: WireResponse): Answer {
  const success = status >= 200 && status < 300;
  const recalled = success ? call.recall?.(body) : undefined;
  if (recalled !== undefined) return recalled;
  const parsed = body.length === 0 ? null : parseJson(body);
  if (success) {
    if (parsed === undefined) throw new CallFailure('unreadable', 'the warehouse sent no JSON', { status });
    return call.read(parsed, body);
  }
  const expected = call.expected?.(status, parsed);
  if (expected !== undefined && isPage(body)) {
    throw new CallFailure('unreadable', `a web page with status ${status} came in place of the warehouse’s answer`, {
      status,
    });
  }
  if (expected !== undefined) return expected;
  throw statusFailure(status, retryAfterMs, errorSummary(parsed));
}

/** A gateway that finds no way to the warehouse says 404 to people: that is no word on what the warehouse has. */
function isPage(body: Buffer): boolean {
  return /^\s*</.test(body.toString('latin1', 0, 100));
}

function repeatable(call: ApiCall<unknown>, failure: CallFailure): boolean {
  if (failure.facts.status === 429 || failure.reason === 'unsent') return true;
  return failure.outage && !call.once;
}

function schedule(baseMs: number): DelegateBackoff<IRetryBackoffContext<unknown>> {
  return new DelegateBackoff(({ attempt, result }) => {
    const failure = 'error' in result && result.error instanceof CallFailure ? result.error : undefined;
    return retryDelay(attempt, baseMs, failure?.facts.retryAfterMs);
  });
}

/**
 * Logs a failed attempt, as an error when it ends the call, and reports it when the matrix wants it: every outage, and
 * whatever ends the call.
 */
function tell(
  { logger, reporter }: CallSettings,
  { method, route }: ApiCall<unknown>,
  failure: CallFailure,
  attempt: number,
  final: boolean,
): void {
  const facts = { method, route, attempt, final, reason: failure.reason, ...failure.facts };
  if (failure.reason === 'stopped' || failure.reason === 'interrupted') {
    logger.info(facts, 'Extensiv call stopped');
    return;
  }
  // An open circuit is told when it opens, not for each call that it holds back.
  const heldBack = failure.reason === 'held-back';
  logger[final && !heldBack ? 'error' : 'warn'](facts, `Extensiv call failed: ${failure.message}`);
  if (!heldBack && (failure.outage || final)) reporter.capture(failure, facts);
}

function asWarehouseError(
  { method, route }: ApiCall<unknown>,
  failure: CallFailure,
  perhapsDone: boolean,
): WarehouseError {
  const { status, retryAfterMs } = failure.facts;
  return new WarehouseError(errorKind(failure, perhapsDone), `${method} ${route}: ${failure.message}`, {
    method,
    route,
    ...(status === undefined ? {} : { status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function errorKind(failure: CallFailure, perhapsDone: boolean): WarehouseErrorKind {
  if (perhapsDone) return 'unknown';
  return failure.reason === 'status' && failure.facts.status !== 429 ? 'rejected' : 'busy';
}

/** Rejects as soon as the signal ends a wait between two attempts; an attempt under way ends by itself. */
async function unlessWaiting<Answer>(
  signal: AbortSignal,
  isSending: () => boolean,
  answer: Promise<Answer>,
): Promise<Answer> {
  let stopWaiting: () => void = () => undefined;
  const ended = new Promise<never>((_resolve, reject) => {
    stopWaiting = () => {
      if (!isSending()) reject(stopped());
    };
    signal.addEventListener('abort', stopWaiting);
  });
  try {
    return await Promise.race([answer, ended]);
  } finally {
    signal.removeEventListener('abort', stopWaiting);
  }
}
