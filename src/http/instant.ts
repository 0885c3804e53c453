import { Problem } from './problems/problem.js';

/**
 * A date or moment of a query string as ISO 8601 UTC with milliseconds.
 * @throws Problem when the calendar has no such moment
 */
export function instant(name: string, text: string): string {
  const moment = new Date(text);
  const day = text.slice(0, 10);
  // `new Date` rolls 30 February over into March instead of refusing it.
  const exists = !Number.isNaN(moment.getTime()) && new Date(`${day}T00:00:00.000Z`).toISOString().startsWith(day);
  // Neither ISO 8601 with four digits nor the database has a year 0 or 10000, which an offset can lead to.
  const representable = exists && /^(?!0000)\d{4}-/.test(moment.toISOString());
  if (!representable) {
    throw new Problem('validation-failed', `query ${name}: is not a date of the calendar.`, {
      errors: [
        { in: 'query', field: name, pointer: `/${name}`, rule: 'format', detail: 'is not a date of the calendar' },
      ],
    });
  }
  return moment.toISOString();
}
