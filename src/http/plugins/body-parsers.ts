import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { isDeeperThan } from '../../commands/json-depth.js';
import { Problem } from '../problems/problem.js';

/** Levels of JSON in a body. The deepest the API asks for is three; what is far deeper only costs work. */
const maxDepth = 16;

/** JSON only. An empty body is no body, whatever its content type: `curl -X POST` sends that. */
export const bodyParsers = fp(
  async (app) => {
    const parseJson = app.getDefaultJsonParser('error', 'error');
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
      const json = body.toString();
      if (body.length === 0) done(null, undefined);
      // Decoding puts a replacement where it fails: a name would be recorded that nobody sent.
      else if (!isUtf8(body)) done(notText(request));
      else if (isDeeperThan(maxDepth, json)) {
        done(new Problem('malformed-request', `The JSON is nested more than ${maxDepth} levels deep.`));
      } else parseJson(request, json, done);
    });
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
      if (body.length === 0) done(null, undefined);
      else done(new Problem('unsupported-media-type', 'The body must be application/json.'));
    });
  },
  { name: 'body-parsers' },
);

function notText({ headers }: FastifyRequest): Problem {
  const { 'content-encoding': coding = 'identity' } = headers;
  if (coding === 'identity') return new Problem('malformed-request', 'The body is not UTF-8.');
  return new Problem('unsupported-media-type', 'The body must be sent as it is, without a `Content-Encoding`.');
}
