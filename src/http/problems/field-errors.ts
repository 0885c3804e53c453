import type { FastifyError, FastifySchemaValidationError } from 'fastify';
import type { FieldError } from './problem.js';

/** Fields named in one problem: more help nobody, and a body has room for very many. */
const maxFields = 50;

/** The fields of a request that break a rule, each with the first that it breaks: who mends that looks at it again. */
export function fieldErrors({ validation = [], validationContext = 'body' }: FastifyError): FieldError[] {
  const part = parts[validationContext] ?? 'body';
  const byPointer = new Map<string, FieldError>();
  for (const rule of validation) {
    if (byPointer.size === maxFields) break;
    const error = fieldError(part, rule);
    if (!byPointer.has(error.pointer)) byPointer.set(error.pointer, error);
  }
  return [...byPointer.values()];
}

const parts: Readonly<Record<string, FieldError['in']>> = {
  body: 'body',
  querystring: 'query',
  params: 'path',
  headers: 'header',
};

function fieldError(part: FieldError['in'], rule: FastifySchemaValidationError): FieldError {
  const pointer = rule.instancePath + missingKey(rule);
  return { in: part, field: dotted(pointer), pointer, rule: rule.keyword, detail: sentence(rule, part) };
}

/** Rules about a key blame the object; the caller wants the key. */
function missingKey({ keyword, params }: FastifySchemaValidationError): string {
  const key =
    keyword === 'required'
      ? params.missingProperty
      : keyword === 'additionalProperties'
        ? params.additionalProperty
        : undefined;
  return typeof key === 'string' ? pointerTo(key) : '';
}

export function pointerTo(key: string): string {
  return `/${key.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function dotted(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, key) => (/^\d+$/.test(key) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`), '');
}

/** With `verbose` Ajv adds what the schema says of the value, and the value itself, which goes nowhere. */
type BrokenRule = FastifySchemaValidationError & { parentSchema?: { examples?: readonly unknown[] }; data?: unknown };

/** What is wrong, for the person who filled in the field; Ajv's own words are for who wrote the schema. */
function sentence({ keyword, params, message, parentSchema, data }: BrokenRule, part: FieldError['in']): string {
  const { limit, type, allowedValues, format } = params;
  const examples = parentSchema?.examples?.join(' or ') ?? '';
  switch (keyword) {
    case 'required':
      return 'is required';
    case 'additionalProperties':
      return part === 'query' ? 'is not a known parameter' : 'is not a known field';
    case 'type':
      if (part === 'query' && Array.isArray(data)) return 'must be given once';
      return `must be ${[type]
        .flat()
        .map((one) => kinds[String(one)] ?? one)
        .join(' or ')}`;
    case 'enum':
      return `must be one of ${[allowedValues].flat().join(', ')}`;
    case 'format':
      return `must be ${formats[String(format)] ?? `a ${format}`}${examples && `, such as ${examples}`}`;
    case 'pattern':
      return `has characters or a form that is not allowed${examples && `; allowed is, for example, ${examples}`}`;
    case 'minLength':
      return limit === 1 ? 'must not be empty' : `must have at least ${limit} characters`;
    case 'maxLength':
      return `must have at most ${limit} characters`;
    case 'minItems':
      return limit === 1 ? 'must not be empty' : `must have at least ${limit} entries`;
    case 'maxItems':
      return `must have at most ${limit} entries`;
    case 'minimum':
      return `must be at least ${limit}`;
    case 'maximum':
      return `must be at most ${limit}`;
    default:
      return message ?? 'is not valid';
  }
}

/** JSON Schema's types, as people call them. */
const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
};

const formats: Readonly<Record<string, string>> = { email: 'an e-mail address' };
