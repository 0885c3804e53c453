import { expect, it } from 'vitest';
import { workAtHand } from '../../../src/adapters/telemetry/log-context.js';
import { createScheduledRuns } from '../../../src/workers/scheduled-runs.js';
import { type LogLine, loggerTo, noMetrics } from '../../support/telemetry.js';

it.each(['inventory-sync', 'status-polling'] as const)(
  'a run of %s that fails is logged and reported with its job and its attempt',
  async (process) => {
    const lines: LogLine[] = [];
    const reports: unknown[] = [];
    let atHand: unknown;
    const fail = async () => {
      atHand = workAtHand();
      throw new Error('the store is away');
    };
    const runs = createScheduledRuns(
      {
        clock: { now: () => new Date('2026-05-01T12:00:00Z') },
        ids: { next: () => 'id' },
        logger: loggerTo((line) => lines.push(line)),
        metrics: noMetrics,
        reporter: { capture: (_error: unknown, facts: unknown) => reports.push(facts) },
        ownerLock: { tryAcquire: async () => ({ release: async () => undefined }) },
        pools: { workers: { raw: fail } },
        useCases: { syncInventory: fail },
        tracing: null,
      } as never,
      new AbortController().signal,
    );
    const job = { id: `repeat:${process}:1`, data: { key: 'schedule' }, attempt: 1, lastAttempt: true };
    const run = process === 'status-polling' ? runs.poll(job) : runs.sync('schedule', job);

    await expect(run).rejects.toThrow('the store is away');
    const facts = { process, correlationId: 'id', jobId: job.id, attempt: 1 };
    expect(reports).toEqual([facts]);
    expect(lines.find(({ level }) => level === 'error')?.facts).toMatchObject(facts);
    expect(atHand, 'what is told on the way').toMatchObject(facts);
  },
);
