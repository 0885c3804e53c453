import type { Change } from '../commands/changes.js';

/** A change in a line, or as many as it takes to read what has come with many members. */
export function told({ path, from, to }: Change): string[] {
  return from === null && isNested(to) ? spread(path, to) : [`${path}: ${brief(from)} → ${brief(to)}`];
}

function spread(path: string, value: object): string[] {
  const members = Object.entries(value);
  const name = (key: string) => (Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`);
  if (!members.some(([, member]) => isNested(member))) {
    return [`${path}: ${members.map(([key, member]) => `${key} ${member}`).join(', ')}`];
  }
  return members.flatMap(([key, member]) =>
    isNested(member) ? spread(name(key), member) : [`${name(key)}: ${member}`],
  );
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Events are kept whole in --json; a line of a timeline is for reading. */
const maxBrief = 160;

export function brief(value: unknown): string {
  const line = typeof value === 'string' ? value : JSON.stringify(value);
  return line.length > maxBrief ? `${line.slice(0, maxBrief)}…` : line;
}
