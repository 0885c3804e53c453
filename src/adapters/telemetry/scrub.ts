import { LRUCache } from 'lru-cache';

/** What stands in for a value that must not leave the process. */
const redacted = '[redacted]';

/** Deeper or longer than this is cut: a log line is no dump. */
const maxDepth = 8;
const maxItems = 100;
const maxText = 8_192;

/** Keys of customer data, lower case and without separators. */
const customerKeys = new Set([
  'address',
  'companyname',
  'customer',
  'customername',
  'email',
  'firstname',
  'fullname',
  'lastname',
  'name',
  'phone',
  'receiptemail',
  'recipient',
  'shippingaddress',
  'street',
  'street1',
  'street2',
]);

/** What PostgreSQL adds to an error quotes the row or the statement with its values. */
const quotingFacts = ['detail', 'where', 'internalQuery'];

/** Keys of credentials: these names, or any name ending like this. */
const secretKeys = new Set(['authorization', 'cookie', 'credentials', 'proxyauthorization', 'setcookie']);
const secretEnding = /(?:token|secret|apikey|password|signature|secretkey|signingkey|privatekey)$/;

const patterns: readonly [RegExp, string][] = [
  // user:password@ of a URL
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@:]{0,200}:[^\s/@]{1,200}@/gi, `$1${redacted}@`],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${redacted}`],
  // Stripe: API keys, webhook secrets, client secrets
  [/\b(?:sk|rk|pk)_(?:live|test)_\w+|\bwhsec_\w+|\b(pi_\w+?)_secret_\w+/g, redacted],
  // JSON web tokens
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, redacted],
  // password=…, as in connection strings and form bodies
  [/\b(\w{0,40}(?:password|passwd|secret|token|api_?key))=[^\s&;,'"]+/gi, `$1=${redacted}`],
  // PostgreSQL: a value it could not read
  [/(\binvalid input (?:syntax|value) for [^:"]{1,80}(?:"[^"]{1,80}")?: )"[^"]*"/g, `$1"${redacted}"`],
  // e-mail addresses
  [/[\w.%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}/gi, redacted],
];

/** In every text that one of the patterns could match; most texts have nothing of it, and one look is enough. */
const suspect = /[@=]|bearer|basic|eyJ|whsec_|_(?:live|test|secret)_|invalid input/i;

/** Keys that were looked at; there are few of them, and those that come from data push each other out. */
const looked = new LRUCache<string, boolean>({ max: 1_000 });

/**
 * A copy of `value` without credentials and customer data, at any depth: by key, and inside texts by their shape.
 * Errors become plain objects without the request, headers and configuration that HTTP clients hang on them.
 */
export function scrub(value: unknown): unknown {
  return copy(value, 0, new Set());
}

/** A text without credentials and e-mail addresses. */
export function scrubText(text: string): string {
  const cut = text.length > maxText ? `${text.slice(0, maxText)}…` : text;
  if (!suspect.test(cut)) return cut;
  return patterns.reduce((scrubbed, [pattern, replacement]) => scrubbed.replace(pattern, replacement), cut);
}

function isSensitiveKey(key: string): boolean {
  const known = looked.get(key);
  if (known !== undefined) return known;
  const sensitive = namesSomethingSensitive(key);
  looked.set(key, sensitive);
  return sensitive;
}

function namesSomethingSensitive(key: string): boolean {
  const plain = key.toLowerCase().replace(/[-_]/g, '');
  return customerKeys.has(plain) || secretKeys.has(plain) || secretEnding.test(plain);
}

function copy(value: unknown, depth: number, path: Set<object>): unknown {
  if (typeof value === 'string') return scrubText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value !== 'object' || value === null) return value;
  if (path.has(value)) return '[circular]';
  if (depth >= maxDepth) return '[too deep]';
  path.add(value);
  try {
    return copyObject(value, depth, path);
  } finally {
    path.delete(value);
  }
}

function copyObject(value: object, depth: number, path: Set<object>): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Error) return copyError(value, depth, path);
  if (value instanceof Set) return copy([...value], depth, path);
  if (value instanceof Map) return copy(Object.fromEntries(value), depth, path);
  if (Array.isArray(value)) {
    const items = value.slice(0, maxItems).map((item) => copy(item, depth + 1, path));
    return value.length > maxItems ? [...items, `… ${value.length - maxItems} more`] : items;
  }
  return copyEntries(Object.entries(value), depth, path);
}

function copyEntries(entries: [string, unknown][], depth: number, path: Set<object>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, item] of entries.slice(0, maxItems)) {
    const hide = item !== null && item !== undefined && isSensitiveKey(key);
    result[key] = hide ? redacted : copy(item, depth + 1, path);
  }
  return result;
}

/** Name, message, stack, cause and the error's own plain facts; an object on it (request, response, config) is left out. */
function copyError(error: Error, depth: number, path: Set<object>): Record<string, unknown> {
  const facts = Object.entries(error).filter(
    ([key, item]) =>
      !['name', 'message', 'stack', 'cause', ...quotingFacts].includes(key) &&
      item !== null &&
      ['string', 'number', 'boolean'].includes(typeof item),
  );
  const nested = error instanceof AggregateError ? { errors: copy(error.errors, depth + 1, path) } : {};
  return {
    type: error.name,
    message: scrubText(error.message),
    stack: scrubText(error.stack ?? ''),
    ...copyEntries(facts, depth, path),
    ...nested,
    ...(error.cause === undefined ? {} : { cause: copy(error.cause, depth + 1, path) }),
  };
}
