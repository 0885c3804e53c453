import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { schemaCompilers } from '../../../src/http/schemas/compilers.js';

/** An app that takes and answers `size`, as a shared schema has it. */
async function appWhere(size: 'integer' | 'string') {
  const app = Fastify({ schemaController: { compilersFactory: schemaCompilers } });
  app.addSchema({ $id: 'Parcel', type: 'object', properties: { size: { type: size } }, required: ['size'] });
  const parcel = { $ref: 'Parcel#' };
  for (const url of ['/one', '/other']) {
    app.post(url, { schema: { body: parcel, response: { 200: parcel } } }, async ({ body }) => body);
  }
  await app.ready();
  return app;
}

describe('schemas that are compiled once', () => {
  it('mean in each app what its own shared schemas say', async () => {
    const numbers = await appWhere('integer');
    const words = await appWhere('string');
    for (const url of ['/one', '/other']) {
      const answers = [numbers, words].map(async (app) => {
        const { statusCode, json } = await app.inject({ method: 'POST', url, payload: { size: 'large', more: 1 } });
        return [statusCode, json().size];
      });
      expect(await Promise.all(answers)).toEqual([
        [400, undefined],
        [200, 'large'],
      ]);
    }
  });

  it('are the same function wherever they are equal', () => {
    const { buildSerializer, buildValidator } = schemaCompilers;
    const route = { method: 'GET', url: '/', httpStatus: '200' };
    const schema = () => ({ type: 'object', properties: { id: { type: 'string' } } });
    const [one, other] = [1, 2].map(() => buildSerializer({}, {})({ ...route, schema: schema() }));
    expect(one).toBe(other);
    expect(buildSerializer({}, {})({ ...route, schema: { type: 'object' } })).not.toBe(one);
    const [first, second] = [1, 2].map(() => buildValidator({}, { customOptions: {} })({ schema: schema() } as never));
    expect(first).toBe(second);
  });
});
