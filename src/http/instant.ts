import { instantOf } from '../domain/shared/instant.js';
import { Problem } from './problems/problem.js';

/**
 * A period of a query string, each end of it optional.
 * @throws Problem when the calendar has no such moment, or the period ends before it begins
 */
export function periodOf({ from, to }: { from?: string; to?: string }): { from?: string; to?: string } {
  const period = {
    ...(from === undefined ? {} : { from: instant('from', from) }),
    ...(to === undefined ? {} : { to: instant('to', to) }),
  };
  if (period.from !== undefined && period.to !== undefined && period.to < period.from) {
    throw invalidQuery('to', 'minimum', 'is before `from`');
  }
  return period;
}

/**
 * A date or moment of a query string as ISO 8601 UTC with milliseconds.
 * @throws Problem when the calendar has no such moment
 */
export function instant(name: string, text: string): string {
  const moment = instantOf(text);
  if (moment !== null) return moment;
  throw invalidQuery(name, 'format', 'is not a date of the calendar');
}

function invalidQuery(name: string, rule: string, detail: string): Problem {
  return new Problem('validation-failed', `query ${name}: ${detail}.`, {
    errors: [{ in: 'query', field: name, pointer: `/${name}`, rule, detail }],
  });
}
