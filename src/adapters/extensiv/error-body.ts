/** An error code is a short word; anything else in its place could be prose about a customer. */
const codePattern = /^[\w.-]{1,64}$/;
/** SKUs and field paths, in the details of a refusal. */
const placePattern = /^[\w./[\]-]{1,100}$/;
const maxPlaces = 10;

/** The error code of a refusal, such as `unknown_sku`; `undefined` when the body has none. */
export function errorCode(body: unknown): string | undefined {
  return isObject(body) && typeof body.error === 'string' && codePattern.test(body.error) ? body.error : undefined;
}

/**
 * What may be told of a refusal: its code, and the SKUs or fields it is about. The message stays behind, since it can
 * quote the order. `undefined` when the body has no code.
 */
export function errorSummary(body: unknown): string | undefined {
  const code = errorCode(body);
  if (code === undefined || !isObject(body)) return undefined;
  const details = Array.isArray(body.details) ? body.details.slice(0, maxPlaces) : [];
  const places = details
    .flatMap((detail: unknown) => (isObject(detail) ? [detail.sku, detail.field] : []))
    .filter((place): place is string => typeof place === 'string' && placePattern.test(place));
  return places.length === 0 ? code : `${code} (${places.join(', ')})`;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
