import { createRules } from './rules.js';

/** A disturbance to apply to matching requests. Exactly one of `status` and `reset`, or only `delayMs`. */
export interface Fault {
  /** Part of `METHOD /path`; every request when left out. */
  readonly match?: string;
  /** Answer with this status instead of the real answer. */
  readonly status?: number;
  /** Cut the connection without an answer. */
  readonly reset?: boolean;
  readonly delayMs?: number;
  /** Perform the request first and spoil only its answer: the caller cannot know that it worked. */
  readonly after?: boolean;
  /** Store the spoiled answer under the request's idempotency key, as Stripe does with a failure of its own. */
  readonly remember?: boolean;
  /** How many requests it spoils; 1 when left out. */
  readonly times?: number;
}

export interface Faults {
  add(fault: Fault): void;
  /** The first fault for this request, which is thereby used up once. */
  take(method: string, path: string): Fault | null;
  pending(): readonly Fault[];
  clear(): void;
}

/** Faults in the order they were asked for, each used up after `times` requests. */
export function createFaults(): Faults {
  const rules = createRules<Fault>();
  return {
    add: (fault) => rules.add(fault, fault.times ?? 1),
    take: (method, path) =>
      rules.take(({ match }) => match === undefined || `${method} ${path}`.includes(match)) ?? null,
    pending: () => rules.list().map(({ rule, left }) => ({ ...rule, times: left })),
    clear: () => rules.clear(),
  };
}
