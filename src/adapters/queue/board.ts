import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { AppControllerRoute, JobStatus } from '@bull-board/api/typings/app';
import { FastifyAdapter } from '@bull-board/fastify';
import type { Queue } from 'bullmq';
import type { FastifyPluginCallback } from 'fastify';
import type { JobData } from '../../processes/ports/job-queue.js';

/** Jobs of one page, whatever the address asks for: a queue may hold very many. */
const maxJobsPerPage = 100;

/**
 * Bull Board over the queues, for looking only: jobs are retried and discarded as effects, which leaves an event. Its
 * routes carry no policy of their own; who mounts it guards them.
 *
 * @param path where it is mounted, for the links in its pages
 */
export function createQueueBoard(queues: readonly Queue<JobData>[], path: string): FastifyPluginCallback {
  const adapter = new ReadOnlyServer().setBasePath(path);
  createBullBoard({
    queues: queues.map((queue) => new BoundedQueue(queue, { readOnlyMode: true })),
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'Portal queues', hideRedisDetails: true } },
  });
  return adapter.registerPlugin();
}

class ReadOnlyServer extends FastifyAdapter {
  override setApiRoutes(routes: AppControllerRoute[]): FastifyAdapter {
    const shown = routes.filter(({ method, route }) => method === 'get' && route !== '/api/redis/stats');
    return super.setApiRoutes(shown);
  }

  /** Refusals and failures are answered as everywhere else. */
  override setErrorHandler(): this {
    return super.setErrorHandler((error) => {
      throw error;
    });
  }
}

class BoundedQueue extends BullMQAdapter {
  override getJobs(statuses: JobStatus[], start = 0, end = start + maxJobsPerPage - 1) {
    return super.getJobs(statuses, start, Math.min(end, start + maxJobsPerPage - 1));
  }
}
