import type { FastifyError } from 'fastify';
import { EventUnreadable, type UnreadableReason } from '../../commands/event-unreadable.js';
import { codeOf, isTransient } from '../../commands/failures.js';
import { isStreamProblem, type ProblemCode } from './catalogue.js';
import { fieldErrors } from './field-errors.js';
import { type FieldError, Problem } from './problem.js';

/**
 * The problem an error becomes. What is not known here becomes `internal-error` and says nothing of itself: messages of
 * unexpected errors can hold customer data.
 */
export function problemFrom(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (!(error instanceof Error)) return new Problem('internal-error');
  if ('validation' in error && Array.isArray(error.validation)) return invalid(error as FastifyError);
  if (error instanceof EventUnreadable) return unreadable(error);
  const known = byName[error.name] ?? byCode[codeOf(error)];
  if (known) return new Problem(known.code, known.detail);
  // What else Fastify blames on the request.
  if (codeOf(error).startsWith('FST_') && statusOf(error) >= 400 && statusOf(error) < 500) {
    return new Problem('malformed-request', 'The request cannot be read.');
  }
  if (isAway(error)) return new Problem('unavailable', 'A part of the portal cannot be reached.');
  return new Problem('internal-error', 'The request failed for a reason inside the portal.');
}

/** Whether events cannot be read, or make nothing of what they should: which tells that they are there. */
export function isUnreadable(error: unknown): boolean {
  return isStreamProblem(problemFrom(error).code);
}

/** By reason; what the server is like, whatever was asked. Only a newer release can be a process away. */
const unreadableCodes: Readonly<Record<UnreadableReason, ProblemCode>> = {
  'schema-version-unknown': 'newer-release-needed',
  'personal-data-sealed': 'history-unreadable',
  'not-applicable': 'history-unreadable',
};

function unreadable(error: EventUnreadable): Problem {
  const { reason, message, stream, revision, eventType } = error;
  return new Problem(
    unreadableCodes[reason],
    `${message}. \`portal projections parked\` shows what stands still for it.`,
    {
      facts: { reason, stream, revision: Number(revision), eventType },
      cause: error,
    },
  );
}

interface Known {
  readonly code: ProblemCode;
  readonly detail: string;
}

/** Errors of the inner layers, by the name their class gives itself. */
const byName: Readonly<Record<string, Known>> = {
  WrongExpectedRevision: { code: 'busy', detail: 'Others are changing the same thing right now.' },
  ConcurrencyExhausted: { code: 'busy', detail: 'Others are changing the same thing right now.' },
  RevisionMismatch: { code: 'precondition-failed', detail: 'The order has changed since it had that ETag.' },
  EventStoreUnavailable: { code: 'unavailable', detail: 'The event store cannot be reached.' },
  JobQueueUnavailable: {
    code: 'unavailable',
    detail: 'The job queue cannot be reached; what was asked for begins when it is back.',
  },
  PersonalKeyDamaged: {
    code: 'history-unreadable',
    detail:
      'The key that this customer’s data are kept under is damaged. `portal doctor` names such keys, and what to do.',
  },
  ReadModelMissing: { code: 'unavailable', detail: 'The read models are being rebuilt.' },
  UnknownPosition: { code: 'invalid-position', detail: 'The event store has not come to that position.' },
  UnusableWebhookError: { code: 'malformed-request', detail: 'The body is signed, but it is no event.' },
  InvalidCursor: { code: 'invalid-cursor', detail: 'The cursor is not one that this list answered.' },
  // Of the server of files: a path out of its folder, a malformed one, or a version or range that the file has not.
  ForbiddenError: { code: 'not-found', detail: 'Nothing is found at this address.' },
  BadRequestError: { code: 'malformed-request', detail: 'The address is not well-formed.' },
  PreconditionFailedError: { code: 'precondition-failed', detail: 'The file has changed since.' },
  RangeNotSatisfiableError: { code: 'malformed-request', detail: 'The file has no such range.' },
};

/** Fastify's own errors, and Node's for sockets. */
const byCode: Readonly<Record<string, Known>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'unsupported-media-type', detail: 'The content type is not supported here.' },
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'payload-too-large', detail: 'The body is larger than this address accepts.' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'malformed-request',
    detail: 'The body is not as long as Content-Length says.',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'malformed-request', detail: 'The body is empty.' },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'malformed-request', detail: 'The body is not valid JSON.' },
  FST_ERR_BAD_URL: { code: 'malformed-request', detail: 'The address is not well-formed.' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'uri-too-long', detail: 'A part of the address is too long.' },
  FST_ERR_HANDLER_TIMEOUT: { code: 'unavailable', detail: 'The answer took too long.' },
};

function statusOf(error: Error): number {
  return 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 0;
}

/** What `ioredis` says, without any code, of a connection that is lost or not there. */
const redisAway = /^Command timed out$|^Stream isn't writeable|^Connection is closed/;

function isAway(error: Error): boolean {
  return isTransient(error) || error.name === 'MaxRetriesPerRequestError' || redisAway.test(error.message);
}

function invalid(error: FastifyError): Problem {
  const errors = fieldErrors(error);
  return new Problem('validation-failed', summaryOf(errors), { errors });
}

/** For who shows one line: the first, and whether it is the only one. */
function summaryOf([first, ...others]: readonly FieldError[]): string {
  if (!first) return 'The request is not valid.';
  const where = first.field === '' ? first.in : `${first.in} ${first.field}`;
  const more = others.length === 0 ? '' : `; ${others.length} more ${others.length === 1 ? 'is' : 'are'} not valid`;
  return `${where}: ${first.detail}${more}.`;
}
