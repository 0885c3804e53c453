import type { FastifyPluginAsync } from 'fastify';
import fp from 'fastify-plugin';
import { Problem } from '../problems/problem.js';

/** Must hold a moment when it is there: the present shall not pass for a past that somebody meant to ask for. */
const neverEmpty = 'asOf';

/**
 * Leaves out the query parameters that hold nothing: `?brand=&q=oil`, as a form sends it, asks for no brand. An address
 * that leaves out a part, `/products/`, is none.
 */
export const emptyParameters = fp(
  (async (app) => {
    app.addHook('preValidation', (request, _reply, done) => {
      const parts = request.params as Record<string, unknown>;
      for (const name of Object.keys(parts)) {
        if (parts[name] === '' && isKnown(request.routeOptions.schema?.params, name)) {
          return done(new Problem('not-found', 'Nothing is found at this address.'));
        }
      }
      const query = request.query as Record<string, unknown>;
      for (const name of Object.keys(query)) {
        // One that is not known stays, to be refused as such.
        if (query[name] === '' && name !== neverEmpty && isKnown(request.routeOptions.schema?.querystring, name))
          delete query[name];
      }
      done();
    });
  }) satisfies FastifyPluginAsync,
  { name: 'empty-parameters' },
);

function isKnown(schema: unknown, name: string): boolean {
  const { properties } = (schema ?? {}) as { properties?: object };
  return properties !== undefined && Object.hasOwn(properties, name);
}
