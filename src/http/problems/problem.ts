import type { Position } from '../../commands/event-store.js';
import type { Outcome } from '../../commands/use-cases.js';
import { isRejection, type Rejection } from '../../domain/shared/decider.js';
import { type ProblemCode, problems, problemType } from './catalogue.js';

/** One broken rule of a request. `field` is empty when the whole part is meant. */
export interface FieldError {
  readonly in: 'body' | 'query' | 'path' | 'header';
  /** `lineItems[0].quantity` */
  readonly field: string;
  /** The same as a JSON pointer: `/lineItems/0/quantity`. */
  readonly pointer: string;
  /** The JSON Schema keyword that was broken. */
  readonly rule: string;
  readonly detail: string;
}

/** RFC 9457. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly correlationId: string;
  readonly errors?: readonly FieldError[];
  readonly facts?: Readonly<Record<string, unknown>>;
}

interface ProblemExtra {
  readonly errors?: readonly FieldError[];
  readonly facts?: Rejection['facts'];
  readonly headers?: Record<string, string>;
  /** What led to it: for the log, never for the caller. */
  readonly cause?: unknown;
}

/** Thrown by handlers and hooks; the error handler turns it into its document. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly errors: readonly FieldError[] | undefined;
  readonly facts: Readonly<Record<string, unknown>> | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: ProblemCode,
    detail: string = problems[code].title,
    extra: ProblemExtra = {},
  ) {
    super(detail, extra);
    this.errors = extra.errors;
    this.facts = extra.facts;
    this.headers = { ...defaultHeaders(problems[code].status), ...extra.headers };
  }

  get status(): number {
    return problems[this.code].status;
  }
}

/** The value of a successful outcome. @throws Problem for a rejection */
export function accepted<Value>(outcome: Outcome<Value>): { value: Value; position: Position | null } {
  if (isRejection(outcome)) throw new Problem(outcome.code, outcome.detail, { facts: outcome.facts });
  return outcome;
}

export function problemDocument(problem: Problem, correlationId: string): ProblemDocument {
  return {
    type: problemType(problem.code),
    title: problems[problem.code].title,
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    correlationId,
    ...(problem.errors ? { errors: problem.errors } : {}),
    ...(problem.facts ? { facts: problem.facts } : {}),
  };
}

/** Seconds: conflicts and restarts are over by then, and a crowd of callers does not hammer. */
const retryAfterSeconds = '2';

function defaultHeaders(status: number): Record<string, string> {
  if (status === 503) return { 'retry-after': retryAfterSeconds };
  return {};
}
