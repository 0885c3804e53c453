import type { Api } from './api.js';
import type { Lane } from './budget.js';

export interface SingleRequest<Thing> {
  /** The path with its parameter in braces, such as `/api/v1/orders/{id}`. */
  readonly template: string;
  readonly id: string;
  readonly lane: Lane;
  read(body: unknown): Thing;
}

/** Fetches one thing by its id; null when the warehouse answers 404. @throws WarehouseError */
export async function single<Thing>(
  api: Api,
  { template, id, lane, read }: SingleRequest<Thing>,
): Promise<Thing | null> {
  const path = fillIn(template, id);
  if (path === null) return null;
  return api.call<Thing | null>({
    method: 'GET',
    route: template,
    path,
    lane,
    read,
    expected: (status) => (status === 404 ? null : undefined),
  });
}

/** The path for an id, or null for one that would lead to another path: nothing has such an id. */
export function fillIn(template: string, id: string): string | null {
  if (id === '' || id === '.' || id === '..') return null;
  return template.replace(/\{\w+\}/, () => encodeURIComponent(id));
}
