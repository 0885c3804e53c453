import { expect, it } from 'vitest';
import { stopInOrder } from '../../src/start-order.js';

it('a part that cannot be stopped keeps no other from it, and is named', async () => {
  const stopped: string[] = [];
  const errors: unknown[] = [];
  const logger = { error: (facts: object) => void errors.push(facts) };
  const inOrder = await stopInOrder(
    {
      workers: () => Promise.reject(new Error('stuck')),
      http: () => void stopped.push('http'),
      connections: async () => void stopped.push('connections'),
    },
    logger as never,
  );
  expect(inOrder).toBe(false);
  expect(stopped).toEqual(['http', 'connections']);
  expect(errors).toEqual([expect.objectContaining({ part: 'workers' })]);
});
