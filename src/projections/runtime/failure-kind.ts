import { codeOf, isTransient } from '../../commands/failures.js';

/** What to do about a failed statement or fold. */
export type FailureKind =
  /** The database or the network, not the event: try again later. */
  | 'transient'
  /** The projection's tables are gone: it needs a rebuild. */
  | 'tables-missing'
  /** The event itself cannot be applied. */
  | 'poison';

export function failureKind(error: unknown): FailureKind {
  if (tablesMissing(error)) return 'tables-missing';
  return isTransient(error) ? 'transient' : 'poison';
}

/** SQLSTATE: undefined table, undefined schema. */
const missingStates = new Set(['42P01', '3F000']);

/** Whether a statement failed because its table, or the schema of it, is not there. */
export function tablesMissing(error: unknown): boolean {
  return error instanceof Error && missingStates.has(codeOf(error));
}
