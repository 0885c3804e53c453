import { describe, expect, it } from 'vitest';
import { instruments } from '../../../src/adapters/telemetry/instruments.js';
import { createMetrics } from '../../../src/adapters/telemetry/metrics.js';

describe('metrics', () => {
  it('count, set and observe under their declared names', async () => {
    const metrics = createMetrics();
    metrics.increment('portal_order_exports_total', { result: 'exported' });
    metrics.increment('portal_order_exports_total', { result: 'exported' }, 2);
    metrics.set('portal_effects_open', 4, { kind: 'export' });
    metrics.observe('portal_job_wait_seconds', 0.2, { queue: 'effects' });

    const text = await metrics.render();
    expect(text).toContain('portal_order_exports_total{result="exported"} 3');
    expect(text).toContain('portal_effects_open{kind="export"} 4');
    expect(text).toContain('portal_job_wait_seconds_bucket{le="0.5",queue="effects"} 1');
    expect(text).toContain('process_cpu_user_seconds_total');
    expect(metrics.contentType).toContain('text/plain');
  });

  it('describe every instrument', async () => {
    const text = await createMetrics().render();
    for (const [name, { type, help }] of Object.entries(instruments)) {
      expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}`);
    }
  });

  it('refuse what is not declared', () => {
    const metrics = createMetrics();
    expect(() => metrics.increment('portal_typo_total')).toThrow('portal_typo_total');
    expect(() => metrics.set('portal_order_exports_total', 1)).toThrow('no gauge');
    expect(() => metrics.increment('portal_order_exports_total', { colour: 'red' })).toThrow('colour');
  });
});
