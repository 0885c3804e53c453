import { type Document, type Operation, operationsOf, resolve, type Schema } from './document.js';

/**
 * What of `next` breaks a client that was written for `released`: an operation, parameter, field or answer that is gone,
 * and a request that was accepted and no longer is. A client has to bear additions: optional fields and parameters of
 * requests, and fields, words and problems of answers.
 */
export function breakingChanges(released: Document, next: Document): string[] {
  const operations = operationsOf(next);
  return [...operationsOf(released)].flatMap(([name, was]) => {
    const is = operations.get(name);
    if (!is) return [`${name}: is gone`];
    return [...inOperation(released, next, was, is)].map((change) => `${name}: ${change}`);
  });
}

function* inOperation(released: Document, next: Document, was: Operation, is: Operation): Generator<string> {
  const request = { released, next, part: 'request' } as const;
  const answer = { released, next, part: 'answer' } as const;

  if (was.operationId !== is.operationId) yield `is called ${is.operationId}, was ${was.operationId}`;
  if ((was.security ?? []).length === 0 && (is.security ?? []).length > 0) yield 'asks for a credential';
  for (const parameter of was.parameters ?? []) {
    const now = is.parameters?.find((one) => one.name === parameter.name && one.in === parameter.in);
    const where = `${parameter.in} ${parameter.name}`;
    if (!now) yield `${where} is gone`;
    else if (now.required && !parameter.required) yield `${where} is required`;
    if (now) yield* inSchema(request, where, parameter.schema, now.schema);
  }
  for (const parameter of is.parameters ?? []) {
    const before = was.parameters?.some((one) => one.name === parameter.name && one.in === parameter.in);
    if (!before && parameter.required) yield `${parameter.in} ${parameter.name} is required`;
  }
  if (is.requestBody?.required && !was.requestBody) yield 'the body is required';
  for (const [type, body] of Object.entries(was.requestBody?.content ?? {})) {
    const now = is.requestBody?.content[type];
    if (!now) yield `a body of ${type} is no longer taken`;
    else yield* inSchema(request, 'body', body.schema, now.schema);
  }
  for (const [status, { content }] of Object.entries(was.responses)) {
    // Problems are decided by their code; a status more or less is no promise.
    if (Number(status) >= 400) continue;
    if (!is.responses[status]) yield `no longer answers ${status}`;
    for (const [type, body] of Object.entries(content ?? {})) {
      const now = is.responses[status]?.content?.[type];
      if (!now) yield `${status} no longer comes as ${type}`;
      else yield* inSchema(answer, String(status), body.schema, now.schema);
    }
  }
}

interface Side {
  readonly released: Document;
  readonly next: Document;
  readonly part: 'request' | 'answer';
}

function* inSchema(side: Side, where: string, wasOrRef: Schema, isOrRef: Schema): Generator<string> {
  const was = resolve(side.released, wasOrRef);
  const is = resolve(side.next, isOrRef);
  if (was.type === undefined && was.anyOf === undefined && was.const === undefined) return;

  yield* side.part === 'request' ? narrowed(where, was, is) : widened(where, was, is);
  for (const [name, member] of Object.entries(was.properties ?? {})) {
    const now = is.properties?.[name];
    if (!now) yield `${where}.${name} is gone`;
    else yield* inSchema(side, `${where}.${name}`, member, now);
  }
  if (was.items && is.items) yield* inSchema(side, `${where}[]`, was.items, is.items);
  for (const [index, variant] of (was.anyOf ?? []).entries()) {
    const now = is.anyOf?.[index];
    if (now) yield* inSchema(side, where, variant, now);
    else if (side.part === 'request' || is.anyOf === undefined) yield `${where} has lost a variant`;
  }
}

/** What of a request was accepted and no longer is. */
function* narrowed(where: string, was: Schema, is: Schema): Generator<string> {
  for (const name of is.required ?? []) {
    if (!was.required?.includes(name)) yield `${where}.${name} is required`;
  }
  const lost = missing(typesOf(was), typesOf(is));
  if (lost.length > 0) yield `${where} no longer takes ${lost.join(', ')}`;
  if (is.enum) {
    const words = missing(was.enum ?? ['anything'], is.enum);
    if (words.length > 0) yield `${where} no longer takes ${words.join(', ')}`;
  }
  for (const limit of ['maxLength', 'maximum', 'maxItems'] as const) {
    if ((is[limit] ?? Infinity) < (was[limit] ?? Infinity)) yield `${where} has a lower ${limit}`;
  }
  for (const limit of ['minLength', 'minimum', 'minItems'] as const) {
    if ((is[limit] ?? -Infinity) > (was[limit] ?? -Infinity)) yield `${where} has a higher ${limit}`;
  }
  for (const rule of ['pattern', 'format'] as const) {
    if (is[rule] !== undefined && is[rule] !== was[rule]) yield `${where} has another ${rule}`;
  }
  if (is.additionalProperties === false && was.additionalProperties !== false) yield `${where} takes no other fields`;
}

/** What of an answer a client could rely on and no longer can. */
function* widened(where: string, was: Schema, is: Schema): Generator<string> {
  for (const name of was.required ?? []) {
    if (is.properties?.[name] && !is.required?.includes(name)) yield `${where}.${name} may be missing`;
  }
  const more = missing(typesOf(is), typesOf(was));
  if (more.length > 0) yield `${where} may be ${more.join(', ')}`;
  if (was.enum && !is.enum) yield `${where} may be any text`;
}

function typesOf(schema: Schema): readonly string[] {
  if (schema.anyOf) return schema.anyOf.flatMap(typesOf);
  return [schema.type ?? []].flat();
}

/** A whole number is a number too. */
function missing(wanted: readonly unknown[], offered: readonly unknown[]): unknown[] {
  return wanted.filter((one) => !offered.includes(one) && !(one === 'integer' && offered.includes('number')));
}
