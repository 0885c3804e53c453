/** The form, as the pattern of a schema without its anchors. The calendar may still not have such a moment. */
export const instantPattern =
  '(\\d{4}-\\d{2}-\\d{2})([Tt ](\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?)([Zz]|([+ -])(\\d{2}):?(\\d{2}))?)?';
const form = new RegExp(`^${instantPattern}$`);

/**
 * What people and their programs write for a moment: a date, which is its first moment in UTC, or a time, which is in UTC
 * where it names no zone. In an address a `+` that is not encoded arrives as a blank.
 * @returns ISO 8601 UTC with milliseconds, or null when it is neither or the calendar has no such day
 */
export function instantOf(text: string): string | null {
  const [, day, , time = '00:00', , , , sign = '+', hours = '00', minutes = '00'] = form.exec(text) ?? [];
  if (day === undefined) return null;
  const moment = new Date(`${day}T${time}${sign === '-' ? '-' : '+'}${hours}:${minutes}`);
  if (Number.isNaN(moment.getTime())) return null;
  // `new Date` rolls 30 February over into March instead of refusing it.
  if (!new Date(`${day}T00:00:00.000Z`).toISOString().startsWith(day)) return null;
  // Neither ISO 8601 with four digits nor the database has a year 0 or 10000, which an offset can lead to.
  const instant = moment.toISOString();
  return /^(?!0000)\d{4}-/.test(instant) ? instant : null;
}
