import type { FastifyInstance } from 'fastify';
import type { Fault, Faults } from './faults.js';

/** The control routes by which a test asks for faults, and takes back those that are not used up. */
export function faultRoutes(app: FastifyInstance, faults: Faults): void {
  app.post<{ Body: Fault }>('/control/faults', { schema: { body: faultSchema } }, (request) => {
    faults.add(request.body);
    return { faults: faults.pending() };
  });
  app.delete('/control/faults', () => {
    faults.clear();
    return { faults: [] };
  });
}

const faultSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    match: { type: 'string' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    reset: { type: 'boolean' },
    delayMs: { type: 'integer', minimum: 0, maximum: 120_000 },
    after: { type: 'boolean' },
    remember: { type: 'boolean' },
    times: { type: 'integer', minimum: 1, maximum: 10_000 },
  },
} as const;
