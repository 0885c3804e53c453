import { cell, code, generated, table } from './markdown.mjs';

export function metricsPage(instruments) {
  const rows = Object.entries(instruments).map(([name, { type, help, labels }]) => [
    code(name),
    type,
    labels.length === 0 ? '' : labels.map(code).join(', '),
    cell(help),
  ]);
  const histograms = Object.entries(instruments).filter(([, { type }]) => type === 'histogram');
  return `${generated}

# Metrics

Every process answers \`GET /metrics\` in the Prometheus text format, whatever its roles. It needs no credential: keep
it off the public side. Node's own metrics (\`process_*\`, \`nodejs_*\`) are there too. Durations are in seconds.

${table(['metric', 'type', 'labels', 'meaning'], rows)}

A histogram has the series \`_bucket\`, \`_sum\` and \`_count\`. Its buckets end at:

${table(
  ['histogram', 'upper bounds, seconds'],
  histograms.map(([name, { buckets }]) => [code(name), buckets.join(', ')]),
)}

## Worth knowing

- \`portal_effects_open{kind="reservation-expiry"}\` counts time-outs that have not come yet. It follows the number of
  recent orders and is no backlog. Every process sets the gauge from the same table: take \`max\`, not \`sum\`.
- \`portal_projection_lag_events\` is set by the process that owns the projection; a standby does not report it. It counts
  events that have arrived and are not applied yet. No more than 4,000 are let in, so 4,000 means that or more;
  \`portal projections status\` counts on, up to 10,000.
- \`portal_projector_working\` is 1 in one process at a time: \`max\` over all of them is 0 when nobody keeps the read models or
  the effects going, be it that no process has the role or that the owner is stalled.
- \`portal_parked_streams\` is set from the same table by every process with the role \`projections\` or \`workers\`, every ten
  seconds: take \`max\`, not \`sum\`.
- Series whose labels are known beforehand are there from the start at 0, in every process whatever its role, so that the
  first failure counts as an increase. The others come with their first use.
- \`portal_cache_requests_total\` has the cache in \`cache\` and the outcome in \`result\`.
- Alert rules are in [deploy/prometheus/alerts.yml](../../deploy/prometheus/alerts.yml), a dashboard is in
  [deploy/grafana/portal.json](../../deploy/grafana/portal.json). A test keeps their names in step with this table.
`;
}
