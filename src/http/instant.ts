import { instantOf } from '../domain/shared/instant.js';
import { Problem } from './problems/problem.js';

/**
 * A date or moment of a query string as ISO 8601 UTC with milliseconds.
 * @throws Problem when the calendar has no such moment
 */
export function instant(name: string, text: string): string {
  const moment = instantOf(text);
  if (moment !== null) return moment;
  const detail = 'is not a date of the calendar';
  throw new Problem('validation-failed', `query ${name}: ${detail}.`, {
    errors: [{ in: 'query', field: name, pointer: `/${name}`, rule: 'format', detail }],
  });
}
