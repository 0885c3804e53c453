const zone = /(?:Z|GMT|UTC|[+-]\d{2}:?\d{2})$/i;
/** An ISO date alone is UTC already, and takes no zone. */
const day = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Milliseconds since 1970 of a time as the warehouse writes it, or NaN. One without a zone is in UTC, as in HTTP's
 * oldest date format; `Date.parse` would read it in the portal's own time zone.
 */
export function utcTime(text: string): number {
  const written = text.trim();
  if (zone.test(written) || day.test(written)) return Date.parse(written);
  return Date.parse(/\dT\d/.test(written) ? `${written}Z` : `${written} GMT`);
}
