import { setTimeout as sleep } from 'node:timers/promises';
import { inventorySyncs } from '../../commands/aggregates.js';
import type { CommandHandler } from '../../commands/handler.js';
import type { Clock, Ids, Locks } from '../../commands/ports.js';
import type { RequestedSync, UseCases } from '../../commands/use-cases.js';
import type { EffectHandler } from '../effects/performer.js';
import type { EffectStore } from '../effects/store.js';
import { type JobQueue, JobQueueUnavailable } from '../ports/job-queue.js';
import { runInventorySync, type SyncDeps, type SyncRequest } from './sync.js';

/** A run that is waited for is looked at this often. */
const waitPollMs = 100;
/** A job queue that is away for longer, a failover say, keeps a run from beginning that nobody should wait for. */
const queuePatienceMs = 2_000;

export interface SyncInventoryDeps {
  readonly handler: CommandHandler;
  readonly effects: EffectStore;
  readonly queue: Pick<JobQueue, 'isReachable'>;
  readonly locks: Locks;
  readonly ids: Ids;
  readonly clock: Clock;
  /** Has effects looked for at once. */
  nudge(): void;
}

/**
 * Asks for a sync run: an effect, performed by a worker. While one is open, further requests join it.
 * @throws JobQueueUnavailable when a run that is waited for cannot begin; it stays asked for
 */
export function createSyncInventory(deps: SyncInventoryDeps): UseCases['syncInventory'] {
  const { handler, effects, queue, locks, ids, clock } = deps;

  return async ({ force, wait, trigger, signal }, context) => {
    const request = await locks.exclusively('inventory-sync-request', async (): Promise<SyncRequest> => {
      const [open] = await effects.list({ kind: 'sync', status: 'open', limit: 1 });
      if (open) return requestOf(open);
      const request = { syncId: ids.next(), date: clock.now().toISOString().slice(0, 10), trigger, force };
      await effects.request([
        {
          key: `sync:${request.syncId}`,
          kind: 'sync',
          subject: request.syncId,
          payload: { correlationId: context.correlationId, ...request },
          causedBy: ids.next(),
        },
      ]);
      return request;
    });
    deps.nudge();
    const { syncId } = request;
    const outcome = wait ? await outcomeOf(request, signal) : null;
    return { syncId, ...outcome };
  };

  /** @returns null for a run that nobody will end, or that is waited for no more */
  async function outcomeOf(
    { syncId, date }: SyncRequest,
    signal: AbortSignal | undefined,
  ): Promise<Pick<RequestedSync, 'ended' | 'position'> | null> {
    for (let queueSeenAt = performance.now(); ; ) {
      // Looked at first: once it is closed, the run has its end recorded, if it ever will.
      const effect = await effects.get(`sync:${syncId}`);
      const { state, position } = await handler.load(inventorySyncs, date);
      const status = state[syncId];
      if (status === 'completed' || status === 'failed') return { ended: status, position };
      if (effect?.status !== 'open' || signal?.aborted) return null;
      // A run under way needs the queue no more.
      if (status === 'running' || (await queue.isReachable())) queueSeenAt = performance.now();
      if (performance.now() - queueSeenAt > queuePatienceMs)
        throw new JobQueueUnavailable('the job queue cannot be reached');
      await sleep(waitPollMs);
    }
  }
}

/** Performs a requested run. It stays asked for while a store is away, or another run goes on for too long to wait. */
export function createSyncHandler(deps: SyncDeps): EffectHandler {
  return {
    perform: (effect, context) => runInventorySync(deps, requestOf(effect), { ...context, actor: 'system:sync' }),
  };
}

function requestOf({ payload }: { payload: object }): SyncRequest {
  return payload as SyncRequest;
}
