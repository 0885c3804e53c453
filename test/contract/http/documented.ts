import { Compile } from 'typebox/schema';
import { operationsOf, readDocument } from '../../unit/openapi/document.js';

export const document = readDocument('openapi');
export const operations = operationsOf(document);

/** An answer as it came. */
export interface Answered {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** What an answer breaks of the document, or null. */
export function undocumentedIn(name: string, { status, contentType, body }: Answered): string | null {
  const type = contentType.split(';')[0] ?? '';
  const documented = operations.get(name)?.responses[status];
  if (!documented) return `is answered ${status}, which is not documented`;
  if (body === '') return documented.content === undefined ? null : `${status} has no body`;
  const content = documented.content?.[type];
  if (!content) return `${status} is of type ${type}, which is not documented`;
  const validator = validatorOf(`${name} ${status} ${type}`, content.schema);
  const value = type.endsWith('json') ? JSON.parse(body) : body;
  return validator.Check(value)
    ? null
    : `${status} breaks its schema: ${JSON.stringify(validator.Errors(value)[1][0])}`;
}

const validators = new Map<string, ReturnType<typeof Compile>>();

function validatorOf(key: string, schema: object): ReturnType<typeof Compile> {
  const known = validators.get(key) ?? Compile({ ...schema, components: document.components });
  validators.set(key, known);
  return known;
}
