import { type TSchema, type TUnsafe, Type } from 'typebox';
import { type ProblemCode, problems, problemType } from '../problems/catalogue.js';
import { InventoryItemSchema } from './inventory.js';
import { OrderSchema } from './order.js';
import { ProblemSchema } from './problem.js';
import { ProductSchema } from './product.js';
import { SyncRunSchema } from './sync.js';

/** Schemas with a name of their own in the OpenAPI document. */
export const sharedSchemas: readonly TSchema[] = [
  ProblemSchema,
  OrderSchema,
  ProductSchema,
  InventoryItemSchema,
  SyncRunSchema,
];

/** A reference to a shared schema, typed as what it describes. */
export function ref<Shape>(name: string, description?: string): TUnsafe<Shape> {
  return Type.Unsafe<Shape>({ $ref: `${name}#`, ...(description === undefined ? {} : { description }) });
}

/** The documented error answers of a route, grouped by status; those every route can give are added. */
export function problemResponses(...codes: ProblemCode[]): Record<number, unknown> {
  const byStatus = new Map<number, Set<ProblemCode>>();
  for (const code of [...codes, ...everywhere]) {
    const { status } = problems[code];
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code));
  }
  return Object.fromEntries([...byStatus].map(([status, names]) => [status, problemAnswer([...names], 'Problem#')]));
}

/** One documented error answer. @param schema where the document, or Fastify, has the problem's schema */
export function problemAnswer(names: readonly ProblemCode[], schema: string) {
  return {
    description: names.map((name) => `\`${name}\`: ${problems[name].title}`).join('; '),
    content: {
      'application/problem+json': {
        schema: { $ref: schema },
        examples: Object.fromEntries(names.map((code) => [code, problemExample(code)])),
      },
    },
  };
}

/** The same for routes that ask for a credential. */
export function guardedProblemResponses(...codes: ProblemCode[]): Record<number, unknown> {
  return problemResponses(...codes, 'unauthenticated', 'forbidden', 'rate-limited');
}

/** What a body can end in before it is looked at. */
export const bodyProblems = ['malformed-request', 'payload-too-large', 'unsupported-media-type'] as const;

function problemExample(code: ProblemCode): { summary: string; value: object } {
  const { status, title } = problems[code];
  const correlationId = '7f1f9d0c-1c52-4a8e-9a53-2f0f4f6f9a11';
  return {
    summary: title,
    value: { type: problemType(code), title, status, detail: `${title}.`, code, correlationId },
  };
}

const everywhere: readonly ProblemCode[] = [
  'validation-failed',
  'malformed-request',
  'uri-too-long',
  'internal-error',
  'unavailable',
];

/** What any request can end in before it is known what it asks for, whatever its route says. */
export const earlyProblems = [
  'malformed-request',
  'request-timeout',
  'misdirected-request',
  'headers-too-large',
] as const;
