import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '../../../src/adapters/telemetry/metrics.js';
import { deployedQueries, faultsIn, seriesOf } from './queries.js';

/** That every deployed expression is right of a running portal is told in canaries.test.ts; here, that a wrong one shows. */
describe('an expression', () => {
  let series: ReturnType<typeof seriesOf>;
  beforeAll(async () => {
    const metrics = createMetrics();
    const request = { method: 'GET', route: '/api/v1/orders/:id', status: '200' };
    metrics.observe('portal_http_request_duration_seconds', 0.01, request);
    series = seriesOf(await metrics.render());
  });

  it.each([
    'up{job="portal"} == 0',
    'sum(rate(portal_http_request_duration_seconds_count{status=~"5.."}[$__rate_interval])) > 0',
    'sum by (le, route) (rate(portal_http_request_duration_seconds_bucket{status!~"5..",le="0.5"}[5m]))',
    'sum(increase(portal_order_exports_total{result="failed",job="portal"}[1h] offset 1h)) < 1',
  ])('that is right is found to be: %s', (expression) => {
    expect(faultsIn(expression, series)).toEqual([]);
  });

  it.each([
    ['up{job="portal"} == = 0 )', 'is no PromQL at = 0 )'],
    ['sum(rate(portal_order_exports_total[5m])', 'is no PromQL at '],
    ['average(portal_event_streams)', 'is no PromQL at (portal_event_stream'],
    ['up{job="portall"} == 0', 'job="portall"'],
    ['up{app="portal"} == 0', 'app="portal"'],
    ['rate(portal_order_exports[5m])', 'there is no portal_order_exports'],
    ['rate(portal_order_exports_total_bucket[5m])', 'there is no portal_order_exports_total_bucket'],
    ['rate(portal_order_exports_total{outcome="failed"}[5m])', 'outcome="failed"'],
    ['rate(portal_order_exports_total{result="fail"}[5m])', 'result="fail"'],
    ['rate(portal_order_exports_total{result!="fail"}[5m])', 'result!="fail"'],
    ['rate(portal_http_request_duration_seconds_count{status=~"x5.."}[5m])', 'status=~"x5.."'],
    ['rate(portal_http_request_duration_seconds_count{status=~"5"}[5m])', 'status=~"5"'],
    ['rate(portal_http_request_duration_seconds_count{status!~"6.."}[5m])', 'status!~"6.."'],
    ['rate(portal_http_request_duration_seconds_count{status="418"}[5m])', 'status="418"'],
    ['sum by (queue) (rate(portal_order_exports_total[5m]))', 'nothing has a label queue'],
  ])('that is wrong is found to be: %s', (expression, fault) => {
    expect(faultsIn(expression, series)[0]).toBe(fault);
  });

  it('is found wherever it stands', () => {
    const { watched, drawn } = deployedQueries();
    expect(watched).toContain('up{job="portal"} == 0');
    expect(watched).toHaveLength(readFileSync('deploy/prometheus/alerts.yml', 'utf8').match(/- alert:/g)?.length ?? 0);
    expect(drawn.length).toBeGreaterThan(20);
  });
});
