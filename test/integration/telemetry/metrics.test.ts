import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { instruments } from '../../../src/adapters/telemetry/instruments.js';
import { createMetrics } from '../../../src/adapters/telemetry/metrics.js';

/** As operators read of them. */
function alertKinds(): string[] {
  const [, table = ''] = readFileSync('docs/guides/operating.md', 'utf8').split('## Alerts by mail');
  const kinds = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`([a-z-]+)`/g)]);
  return kinds.map(([, kind = '']) => kind);
}

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

  it('start at zero where a rule looks for an increase, which would not see the first count of a new series', async () => {
    const text = await createMetrics().render();
    const rules = readFileSync('deploy/prometheus/alerts.yml', 'utf8');
    const increases = [...rules.matchAll(/increase\((portal_[a-z_]+)(?:\{([a-z]+="[a-z-]+")\})?\[/g)];
    expect(increases.length).toBeGreaterThan(6);
    for (const [, name, label = ''] of increases)
      expect(text).toMatch(new RegExp(`^${name}(\\{.*${label}.*\\})? 0$`, 'm'));
    for (const kind of alertKinds()) expect(text).toContain(`portal_alerts_total{kind="${kind}"} 0`);
  });

  it('refuse what is not declared', () => {
    const metrics = createMetrics();
    expect(() => metrics.increment('portal_typo_total')).toThrow('portal_typo_total');
    expect(() => metrics.set('portal_order_exports_total', 1)).toThrow('no gauge');
    expect(() => metrics.increment('portal_order_exports_total', { colour: 'red' })).toThrow('colour');
  });
});
