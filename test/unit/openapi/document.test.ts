import { readFileSync } from 'node:fs';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Compile } from 'typebox/schema';
import { describe, expect, it } from 'vitest';
import { type Body, type Operation, operationsOf, readDocument, resolve, type Schema } from './document.js';

const document = readDocument('openapi');
const operations = [...operationsOf(document)];

it('breaks no rule of a strict linter', async () => {
  const config = await createConfig({
    extends: ['recommended-strict'],
    // Probes take nothing that could be wrong.
    rules: { 'operation-4xx-response': 'off' },
  });
  const source = readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8');
  const problems = await lintFromString({ source, absoluteRef: 'openapi.json', config });
  expect(problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`)).toEqual([]);
}, 30_000);

describe('a reader finds', () => {
  it.each(operations)('%s with words and examples for all it takes and answers', (name, operation) => {
    const { operationId, summary, description, tags, parameters = [], responses } = operation;
    expect([operationId, summary, description, tags?.[0]], name).toEqual(Array(4).fill(expect.stringMatching(/\S/)));
    for (const parameter of parameters) {
      const { schema, description, example, examples } = parameter;
      expect(description, parameter.name).toMatch(/\S/);
      if (example === undefined && examples === undefined)
        expect(missingIn(parameter.name, { description: '', ...schema })).toEqual([]);
    }
    for (const body of bodiesOf(operation)) {
      expect(missingIn(name, body.schema)).toEqual([]);
      expect(examplesOf(body).length, name).toBeGreaterThan(0);
    }
    for (const answer of Object.values(responses))
      expect(answer.description, name).not.toMatch(/^(Default Response|)$/);
  });

  it.each(Object.entries(document.components.schemas))('every part of the schema %s described', (name, schema) => {
    expect(missingIn(name, schema)).toEqual([]);
  });

  it.each(operations)('%s with examples that are true', (_name, operation) => {
    for (const body of bodiesOf(operation)) {
      const { Errors } = validator(body.schema);
      for (const example of examplesOf(body)) expect(Errors(example)).toEqual([]);
    }
  });
});

function bodiesOf({ requestBody, responses }: Operation): Body[] {
  const contents = [requestBody?.content, ...Object.values(responses).map(({ content }) => content)];
  return contents.flatMap((content) => Object.values(content ?? {}));
}

function examplesOf({ example, examples }: Body): unknown[] {
  return examples ? Object.values(examples).map(({ value }) => value) : example === undefined ? [] : [example];
}

function validator(schema: Schema) {
  const compiled = Compile({ ...schema, components: document.components });
  return { Errors: (value: unknown) => (compiled.Check(value) ? [] : compiled.Errors(value)[1]) };
}

/** Parts of a schema without a description, and leaves without an example. */
function missingIn(where: string, schema: Schema): string[] {
  if (schema.$ref !== undefined)
    return missingIn(where, { description: '', ...resolve(document, { $ref: schema.$ref }) });
  const { properties, items, anyOf } = schema;
  const inner = [
    ...Object.entries(properties ?? {}).flatMap(([name, member]) => missingIn(`${where}.${name}`, member)),
    // Rows are described by their list, variants by what varies.
    ...[...(items ? [items] : []), ...(anyOf ?? [])].flatMap((one) =>
      missingIn(`${where}[]`, { description: '', ...one }),
    ),
  ];
  if (schema.description === undefined) inner.push(`${where} has no description`);
  const speaks = schema.examples ?? schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  const leaf = !properties && !items && !anyOf && !['boolean', 'null', 'object'].includes(String(schema.type));
  if (leaf && speaks === undefined) inner.push(`${where} has no example`);
  return inner;
}
