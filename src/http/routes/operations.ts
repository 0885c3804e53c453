import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { AppOptions, HealthReport } from '../options.js';
import { isProblemCode, problems, problemType } from '../problems/catalogue.js';
import { Problem } from '../problems/problem.js';
import { closed, count, key, phrase } from '../schemas/fields.js';
import { problemResponses } from '../schemas/shared.js';

const Health = Type.Object(
  {
    ready: Type.Boolean({ description: 'Whether requests should come here' }),
    checks: Type.Array(
      Type.Object({
        name: phrase('What was looked at', 'postgres'),
        ok: Type.Boolean({ description: 'Whether it is well' }),
        detail: phrase('In words', 'answers'),
      }),
      { description: 'One per dependency' },
    ),
  },
  { description: 'The state of the process' },
);

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
        description: 'Looks at nothing else: a process that answers is not started anew.',
        response: {
          200: Type.Object({ status: Type.Literal('ok', { description: 'Always' }) }, { description: 'It is' }),
        },
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
        summary: 'Get the metrics',
        description: 'In the Prometheus text format; docs/reference/metrics.md lists them.',
        response: {
          200: {
            description: 'Metrics',
            content: { 'text/plain': { schema: phrase('Lines', 'portal_effects_open{kind="export"} 0') } },
          },
        },
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
        params: closed({ code: key('The code of the problem', 'insufficient-stock') }),
        response: {
          200: Type.Object(
            {
              type: phrase('This address', '/problems/insufficient-stock'),
              code: phrase('Stable', 'insufficient-stock'),
              status: count('The HTTP status', 409),
              title: phrase('What it means', 'There is not enough stock'),
              advice: phrase('What to do about it', 'Order no more than `facts` says is available, or wait for stock.'),
            },
            { description: 'The problem' },
          ),
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
