import fp from 'fastify-plugin';
import { Problem } from '../problems/problem.js';

/** JSON only. An empty body is no body, whatever its content type: `curl -X POST` sends that. */
export const bodyParsers = fp(
  async (app) => {
    const parseJson = app.getDefaultJsonParser('error', 'error');
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
      if (body.length === 0) done(null, undefined);
      else parseJson(request, body.toString(), done);
    });
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
      if (body.length === 0) done(null, undefined);
      else done(new Problem('unsupported-media-type', 'The body must be application/json.'));
    });
  },
  { name: 'body-parsers' },
);
