/** One difference between two values: where, and what it was and is. */
export interface Change {
  /** `payouts.entries[0].gross`; empty for the whole value. */
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

/**
 * What differs between two JSON values, in the order of their keys. Lists are compared place by place.
 * @param absent stands for what is not there; null says that it makes no difference to a null
 */
export function changesBetween(from: unknown, to: unknown, absent: string | null = null, path = ''): Change[] {
  if (isComposite(from) && isComposite(to) && Array.isArray(from) === Array.isArray(to)) {
    const keys = new Set([...Object.keys(from), ...Object.keys(to)]);
    return [...keys].flatMap((key) => changesBetween(from[key], to[key], absent, join(path, key, Array.isArray(from))));
  }
  const change = { path, from: from === undefined ? absent : from, to: to === undefined ? absent : to };
  return change.from === change.to ? [] : [change];
}

function join(path: string, key: string, inList: boolean): string {
  if (inList) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

function isComposite(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
