import type { Change } from '../commands/changes.js';

/** A change as it can be read; `from` is undefined for a part of something that is new as a whole. */
interface ReadableChange {
  readonly path: string;
  readonly from: string | undefined;
  readonly to: string;
}

/** One change, or several where something new has many members. */
export function readable({ path, from, to }: Change): ReadableChange[] {
  if (from === null && isNested(to)) return spread(path, to);
  return [{ path, from: brief(from), to: brief(to) }];
}

/** A change in a line, or as many as it takes. */
export function told(change: Change): string[] {
  return readable(change).map(({ path, from, to }) => `${path}: ${from === undefined ? '' : `${from} → `}${to}`);
}

function spread(path: string, value: object): ReadableChange[] {
  const members = Object.entries(value);
  const name = (key: string) => (Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`);
  if (!members.some(([, member]) => isNested(member))) {
    return [{ path, from: undefined, to: members.map(([key, member]) => `${key} ${member}`).join(', ') }];
  }
  return members.flatMap(([key, member]) =>
    isNested(member) ? spread(name(key), member) : [{ path: name(key), from: undefined, to: String(member) }],
  );
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Events are kept whole in --json; a line of a timeline is for reading. */
const maxBrief = 160;

export function brief(value: unknown): string {
  if (value === null) return '-';
  const line = typeof value === 'string' ? value : JSON.stringify(value);
  return line.length > maxBrief ? `${line.slice(0, maxBrief)}…` : line;
}
