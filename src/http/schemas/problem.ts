import { Type } from 'typebox';
import { choice } from './fields.js';

/** RFC 9457 problem details with our members. */
export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'Relative URL of the problem entry', examples: ['/problems/insufficient-stock'] }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String({ description: 'Stable; decide by this one', examples: ['insufficient-stock'] }),
    correlationId: Type.String({ description: 'Quote it when you ask for help' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          in: choice(['body', 'query', 'path', 'header']),
          field: Type.String({ examples: ['lineItems[0].quantity'] }),
          pointer: Type.String({ examples: ['/lineItems/0/quantity'] }),
          rule: Type.String({ examples: ['minimum'] }),
          detail: Type.String({ examples: ['must be >= 1'] }),
        }),
      ),
    ),
    facts: Type.Optional(
      Type.Object(
        {},
        { additionalProperties: true, description: 'What a caller can act on, such as the SKUs that are short' },
      ),
    ),
  },
  { $id: 'Problem', title: 'Problem' },
);
