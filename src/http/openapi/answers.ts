import type { SwaggerTransformObject } from '@fastify/swagger';

type Document = Extract<Parameters<SwaggerTransformObject>[0], { openapiObject: unknown }>['openapiObject'];

/** Completes the answers with what route schemas have no place for: their headers, and a word on the good ones. */
export function withAnswers(document: Document): Document {
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of ['get', 'post', 'put', 'patch'] as const) {
      const operation = item?.[method];
      for (const [status, answer] of Object.entries(operation?.responses ?? {})) {
        if ('$ref' in answer) continue;
        if (answer.description === 'Default Response') answer.description = operation?.summary ?? 'Done';
        answer.headers = Object.fromEntries(
          headersOf(path, method, status).map((name) => [
            name,
            { description: headers[name], schema: { type: 'string' } },
          ]),
        );
      }
    }
  }
  return document;
}

const headers = {
  'X-Correlation-Id': 'As sent when it was sane, else made here',
  'X-Event-Position': 'Where the write ended; absent when there was nothing to write',
  Location: 'Address of the order',
  ETag: 'Revision of the order',
  'Retry-After': 'Seconds',
  'WWW-Authenticate': 'Which credential is asked for',
} as const;

function headersOf(path: string, method: string, status: string): (keyof typeof headers)[] {
  const order = /^\/api\/v1\/orders(\/|$)/.test(path);
  const one = order && !/\/(history|diff)$/.test(path) && (path.includes('{id}') || method === 'post');
  return [
    'X-Correlation-Id',
    ...((order || method === 'put') && method !== 'get' && status.startsWith('2')
      ? (['X-Event-Position'] as const)
      : []),
    ...(status === '201' ? (['Location'] as const) : []),
    ...(one && !path.endsWith('/payment') && /^[23]/.test(status) ? (['ETag'] as const) : []),
    ...(status === '429' || (status === '503' && path !== '/readyz') ? (['Retry-After'] as const) : []),
    ...(status === '401' ? (['WWW-Authenticate'] as const) : []),
  ];
}
