import type { StoredEvent } from '../log/types.js';

/** Chooses events of `$all` by stream name or event type, by prefixes or by a regular expression. */
export interface Filter {
  readonly on: 'stream' | 'type';
  readonly by: { readonly prefixes: readonly string[] } | { readonly regex: RegExp };
}

/** Whether an event passes; everything does without a filter. */
export function passes(filter: Filter | undefined, event: StoredEvent): boolean {
  if (filter === undefined) return true;
  const text = event[filter.on];
  return 'regex' in filter.by
    ? filter.by.regex.test(text)
    : filter.by.prefixes.some((prefix) => text.startsWith(prefix));
}
