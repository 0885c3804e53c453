import { type Static, Type } from 'typebox';
import { createRules } from '../shared/rules.js';

/** What goes wrong. Several may be combined: a delay and then a status, for instance. */
const Fault = Type.Object(
  {
    /** Answered instead of the real thing. */
    status: Type.Optional(Type.Integer({ minimum: 200, maximum: 599 })),
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
    /** A string is sent as it is, anything else as JSON. */
    body: Type.Optional(Type.Unknown()),
    delayMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 600_000 })),
    /** The request is taken at once and carried out this much later, whether or not somebody still waits for its answer. */
    workDelayMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 600_000 })),
    /** The request is carried out at once, and its answer comes this much later. */
    answerDelayMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 600_000 })),
    /** The connection is reset before the request is looked at. */
    reset: Type.Optional(Type.Boolean()),
    /** The request is carried out, and half of the answer arrives. */
    truncate: Type.Optional(Type.Boolean()),
    /** The request is carried out, and the connection is reset instead of an answer. */
    acceptThenDrop: Type.Optional(Type.Boolean()),
    /** All tokens are revoked before the request is looked at. */
    revokeTokens: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type Fault = Static<typeof Fault>;

export const FaultRule = Type.Object(
  {
    match: Type.Optional(
      Type.Object(
        {
          method: Type.Optional(Type.String()),
          /** A prefix when it begins with `/`, else a regular expression. */
          path: Type.Optional(Type.String()),
        },
        { additionalProperties: false },
      ),
    ),
    /** How often the rule applies before it is used up; without it, always. */
    times: Type.Optional(Type.Integer({ minimum: 1 })),
    probability: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    fault: Fault,
    /** `Retry-After` of a `status` fault: seconds or an HTTP date. */
    retryAfter: Type.Optional(Type.Union([Type.Integer(), Type.String()])),
  },
  { additionalProperties: false },
);
export type FaultRule = Static<typeof FaultRule>;

export interface Faults {
  add(rule: FaultRule): void;
  clear(): void;
  /** The fault of the first rule that fits this request; counts as one use of it. */
  next(method: string, path: string): Fault | undefined;
  list(): readonly FaultRule[];
}

/** Fault rules in the order they were made. */
export function createFaults(random: () => number): Faults {
  const rules = createRules<{ rule: FaultRule; fits: (method: string, path: string) => boolean }>();
  return {
    add: (rule) => rules.add({ rule, fits: matcher(rule) }, rule.times ?? Number.POSITIVE_INFINITY),
    clear: () => rules.clear(),
    next(method, path) {
      const hit = rules.take(({ rule, fits }) => fits(method, path) && random() < (rule.probability ?? 1));
      return hit && withRetryAfter(hit.rule);
    },
    list: () => rules.list().map(({ rule }) => rule.rule),
  };
}

/** The name a fault has in the ledger. */
export function faultName(fault: Fault): string {
  const names = ['reset', 'truncate', 'acceptThenDrop', 'revokeTokens'] as const;
  return names.find((name) => fault[name]) ?? (fault.status === undefined ? 'delay' : 'status');
}

function matcher({ match }: FaultRule): (method: string, path: string) => boolean {
  const method = match?.method?.toUpperCase();
  const wanted = match?.path;
  const fitsPath =
    wanted === undefined || wanted.startsWith('/')
      ? (path: string) => path.startsWith(wanted ?? '')
      : RegExp.prototype.test.bind(new RegExp(wanted));
  return (actual, path) => (method === undefined || method === actual) && fitsPath(path);
}

function withRetryAfter({ fault, retryAfter }: FaultRule): Fault {
  return retryAfter === undefined
    ? fault
    : { ...fault, headers: { ...fault.headers, 'retry-after': String(retryAfter) } };
}
