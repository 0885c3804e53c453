import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { AppOptions, HealthReport } from '../options.js';
import { isProblemCode, problems, problemType } from '../problems/catalogue.js';
import { Problem } from '../problems/problem.js';
import { closed, Key } from '../schemas/fields.js';
import { problemResponses } from '../schemas/shared.js';

const Health = Type.Object({
  ready: Type.Boolean(),
  checks: Type.Array(Type.Object({ name: Type.String(), ok: Type.Boolean(), detail: Type.String() })),
});

/** Probes and metrics: no customer data, so no credential. Keep them off the public side all the same. */
export const operationsRoutes: FastifyPluginAsyncTypebox<Pick<AppOptions, 'health' | 'renderMetrics'>> = async (
  app,
  { health, renderMetrics },
) => {
  app.get(
    '/healthz',
    {
      config: { policy: 'public', quiet: true, rateLimit: false },
      schema: {
        operationId: 'getLiveness',
        tags: ['operations'],
        summary: 'The process is alive',
        response: { 200: Type.Object({ status: Type.Literal('ok') }) },
      },
    },
    async () => ({ status: 'ok' as const }),
  );

  app.get(
    '/readyz',
    {
      config: { policy: 'public', quiet: true, rateLimit: false },
      schema: {
        operationId: 'getReadiness',
        tags: ['operations'],
        summary: 'The process can do its work',
        description: 'Each check says in words what is wrong.',
        response: { 200: Health, 503: Health },
      },
    },
    async (_request, reply) => {
      const report = app.isStopping() ? withStopping(await health()) : await health();
      return reply.code(report.ready ? 200 : 503).send({ ready: report.ready, checks: [...report.checks] });
    },
  );

  app.get(
    '/metrics',
    {
      config: { policy: 'public', quiet: true, rateLimit: false },
      schema: {
        operationId: 'getMetrics',
        tags: ['operations'],
        summary: 'Metrics in the Prometheus text format',
        response: { 200: { description: 'Metrics', content: { 'text/plain': { schema: Type.String() } } } },
      },
    },
    async (_request, reply) => {
      const { contentType, body } = await renderMetrics();
      return reply.header('content-type', contentType).send(body);
    },
  );

  app.get(
    '/problems/:code',
    {
      config: { policy: 'public' },
      schema: {
        operationId: 'getProblem',
        tags: ['operations'],
        summary: 'What a problem means',
        description: 'The `type` of a problem leads here.',
        params: closed({ code: Key }),
        response: {
          200: Type.Object({
            type: Type.String(),
            code: Type.String(),
            status: Type.Integer(),
            title: Type.String(),
            advice: Type.String(),
          }),
          ...problemResponses('not-found'),
        },
      },
    },
    async (request) => {
      const { code } = request.params;
      if (!isProblemCode(code)) throw new Problem('not-found', 'There is no such problem code.');
      return { type: problemType(code), code, ...problems[code] };
    },
  );
};

function withStopping(report: HealthReport): HealthReport {
  return { ready: false, checks: [{ name: 'process', ok: false, detail: 'is stopping' }, ...report.checks] };
}
