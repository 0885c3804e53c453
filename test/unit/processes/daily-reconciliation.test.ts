import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { EffectRequest } from '../../../src/processes/effects/effect.js';
import { createDailyReconciliation, requestNextReconciliation } from '../../../src/processes/reconcile/daily.js';
import { countByClass, type ReconcileReport } from '../../../src/processes/reconcile/report.js';
import { context, openEffect } from '../../support/known-order.js';
import { silentLogger } from '../../support/telemetry.js';

describe('the daily reconciliation', () => {
  it.each([
    ['2026-05-01T02:59:59.999Z', '2026-05-01'],
    ['2026-05-01T03:00:00.000Z', '2026-05-02'],
    ['2026-12-31T23:59:59.999Z', '2027-01-01'],
  ])('that is asked for at %s is due at three on %s', async (now, date) => {
    const asked: EffectRequest[] = [];
    const effects = { request: async (wanted: readonly EffectRequest[]) => void asked.push(...wanted) };
    let id = 0;
    const ids = { next: () => `id-${++id}` };
    await requestNextReconciliation({ effects, clock: { now: () => new Date(now) }, ids });
    expect(asked).toEqual([
      {
        key: `reconcile:${date}`,
        kind: 'reconcile',
        subject: date,
        payload: { correlationId: 'id-1' },
        dueAt: `${date}T03:00:00.000Z`,
        causedBy: 'id-2',
      },
    ]);
  });

  it('compares what a sync has brought up to date, keeps the report, and is no alarm where nothing differs', async () => {
    const did: unknown[] = [];
    const { signal } = new AbortController();
    const report = { counts: countByClass([]), findings: [] } as unknown as ReconcileReport;
    const daily = createDailyReconciliation({
      reconcile: {
        async compare() {
          did.push('compared');
          return report;
        },
        repair: () => expect.fail('repaired'),
      },
      useCases: {
        retryExport: () => expect.fail('exported'),
        async syncInventory(how) {
          await nextTurn();
          did.push(how);
          return { syncId: 's1' };
        },
      },
      effects: { request: async () => void did.push('alerted') },
      logger: silentLogger,
      async keepReport(date, kept) {
        await nextTurn();
        did.push([date, kept]);
      },
      signal,
    });
    await daily.perform({ ...openEffect('reconcile'), subject: '2026-05-01' }, context);
    expect(did).toEqual([
      { force: false, wait: true, trigger: 'schedule', signal },
      'compared',
      ['2026-05-01', report],
    ]);
  });
});
