import { describe, expect, it } from 'vitest';
import { inventorySyncs } from '../../../src/commands/aggregates.js';
import { createCommandHandler } from '../../../src/commands/handler.js';
import { afterEarlierRuns, endAbandonedRuns } from '../../../src/processes/inventory/earlier-runs.js';
import { ReadModelMissing } from '../../../src/projections/queries/sql.js';
import type { SyncView } from '../../../src/projections/views.js';
import { clock, context } from '../../support/known-order.js';
import { createMemoryStore } from '../../support/memory-store.js';
import { minute } from '../../support/orders.js';
import { memoryPersonalData } from '../../support/personal-data.js';
import { loggerTo } from '../../support/telemetry.js';

describe('the moment of a snapshot', () => {
  type Runs = Partial<SyncView>[] | Error;
  const ran = (startedAt: string, completedAt: string | null) =>
    ({ status: 'completed', startedAt, completedAt }) as const;

  async function moment(runs: Runs, applied: string | null = null) {
    let warnings = 0;
    const known = {
      queries: {
        async syncs() {
          if (runs instanceof Error) throw runs;
          return runs as SyncView[];
        },
      },
      latestSnapshotAt: async () => applied,
    };
    const at = await afterEarlierRuns(
      known,
      minute(10),
      loggerTo(() => ++warnings),
    );
    return { at, isTold: warnings > 0 };
  }

  it.each<[string, Runs, string | null]>([
    ['nothing ran', [], null],
    ['the read model is not made yet', new ReadModelMissing('no table'), null],
    ['an earlier run has ended before', [ran(minute(8), minute(9))], minute(50)],
    [
      'another one seems to be under way',
      [{ status: 'running', startedAt: minute(60) }, ran(minute(8), minute(9))],
      null,
    ],
    ['nothing has ended', [{ status: 'running', startedAt: minute(60) }], null],
  ])('is that of its request where %s', async (_when, runs, applied) => {
    expect(await moment(runs, applied)).toEqual({ at: minute(10), isTold: false });
  });

  it.each<[string, Runs, string | null, string]>([
    ['the end of a run that ends at its request', [ran(minute(8), minute(10))], null, minute(10)],
    ['the end of a run that seems to end later', [ran(minute(8), minute(20))], minute(10), minute(20)],
    ['the begin of one whose clock was put back meanwhile', [ran(minute(20), minute(8))], minute(10), minute(20)],
    ['the begin of one without an end', [ran(minute(20), null)], null, minute(20)],
    ['the latest snapshot that was taken over', [ran(minute(8), minute(20))], minute(30), minute(30)],
  ])('comes after %s, and that is told', async (_what, runs, applied, latest) => {
    const next = new Date(Date.parse(latest) + 1).toISOString();
    expect(await moment(runs, applied)).toEqual({ at: next, isTold: true });
  });

  it('is not known while the read model cannot be asked', async () => {
    await expect(moment(new Error('the database is away'))).rejects.toThrow('the database is away');
  });
});

it('runs of the day and of the day before that nobody will end are ended, but not the one that begins', async () => {
  const handler = createCommandHandler({ eventStore: createMemoryStore(), personalData: memoryPersonalData(), clock });
  const start = (date: string, syncId: string) =>
    handler.handle(
      inventorySyncs,
      date,
      { type: 'StartSync', syncId, trigger: 'manual', force: false, at: minute(0) },
      context,
    );
  const runs = {
    '2026-02-27': ['old'],
    '2026-02-28': ['lost'],
    '2026-03-01': ['broken', 'own'],
    '2026-03-02': ['later'],
  };
  for (const [date, ids] of Object.entries(runs)) for (const id of ids) await start(date, id);

  await endAbandonedRuns({ handler, clock }, { date: '2026-03-01', syncId: 'own' }, context);
  const states = await Promise.all(Object.keys(runs).map((date) => handler.load(inventorySyncs, date)));
  expect(states.map(({ state }) => state)).toEqual([
    { old: 'running' },
    { lost: 'failed' },
    { broken: 'failed', own: 'running' },
    { later: 'running' },
  ]);
});
