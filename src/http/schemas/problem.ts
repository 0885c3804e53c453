import { Type } from 'typebox';
import { type ProblemCode, problems } from '../problems/catalogue.js';
import { choice, count, phrase } from './fields.js';

/** RFC 9457 problem details with our members. */
export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'Relative URL of the problem entry', examples: ['/problems/insufficient-stock'] }),
    title: phrase('The same for every problem of this code', 'There is not enough stock'),
    status: count('The HTTP status', 409),
    detail: phrase('What is wrong this time', 'VTH-HON-0001: 4 wanted, 2 available'),
    code: choice(Object.keys(problems) as ProblemCode[], {
      description: 'Stable; decide by this one. New ones are added',
      examples: ['insufficient-stock'],
    }),
    correlationId: phrase('Quote it when you ask for help', '7f1f9d0c-1c52-4a8e-9a53-2f0f4f6f9a11'),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          in: choice(['body', 'query', 'path', 'header'], { description: 'The part of the request' }),
          field: phrase('Empty when the whole part is meant', 'lineItems[0].quantity'),
          pointer: phrase('The same as a JSON pointer', '/lineItems/0/quantity'),
          rule: phrase('The JSON Schema keyword that was broken', 'minimum'),
          detail: phrase('What it must be', 'must be at least 1'),
        }),
        { description: 'Of `validation-failed`: the broken rules' },
      ),
    ),
    facts: Type.Optional(
      Type.Object(
        {},
        { additionalProperties: true, description: 'What a caller can act on, such as the SKUs that are short' },
      ),
    ),
  },
  { $id: 'Problem', title: 'Problem', description: 'RFC 9457 problem details; decide by `code`' },
);
