export type Instrument =
  | { readonly type: 'counter' | 'gauge'; readonly help: string; readonly labels: readonly string[] }
  | {
      readonly type: 'histogram';
      readonly help: string;
      readonly labels: readonly string[];
      /** Upper bounds, in seconds. */
      readonly buckets: readonly number[];
    };

/** A call to a neighbour: from a cache hit to the longest time-out. */
const CALL = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Work that may have waited in a queue, up to a night. */
const WORK = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 28_800];

const counter = (help: string, ...labels: string[]): Instrument => ({ type: 'counter', help, labels });
const gauge = (help: string, ...labels: string[]): Instrument => ({ type: 'gauge', help, labels });
const histogram = (help: string, buckets: readonly number[], ...labels: string[]): Instrument => ({
  type: 'histogram',
  help,
  labels,
  buckets,
});

/** Every metric of the portal, by name. docs/reference/metrics.md is this list in prose. */
export const instruments = {
  portal_http_request_duration_seconds: histogram(
    'HTTP requests by route template.',
    CALL,
    'method',
    'route',
    'status',
  ),
  portal_rate_limit_checks_total: counter(
    'Requests by how their rate limit went: passed, refused, or unchecked because Redis was away.',
    'result',
  ),
  portal_event_streams: gauge('Event streams open at present.'),
  portal_event_streams_ended_total: counter(
    'Event streams that ended: left by their reader, aged, too slow a reader, failed, or the process stopped.',
    'reason',
  ),

  portal_inventory_sync_runs_total: counter('Inventory syncs by result.', 'result'),
  portal_inventory_sync_products: gauge('Products the last completed inventory sync received.'),
  portal_inventory_sync_duration_seconds: histogram('Duration of an inventory sync.', WORK),
  portal_cache_requests_total: counter('Reads by cache and whether it had the answer.', 'cache', 'result'),

  portal_order_exports_total: counter('Export attempts to the warehouse by result.', 'result'),
  portal_status_poll_orders: gauge('Orders the last status poll asked about.'),
  portal_status_poll_duration_seconds: histogram('Duration of a status poll.', WORK),
  portal_status_changes_total: counter('Order status changes by the status reached.', 'to'),

  portal_job_wait_seconds: histogram('Time a job waited before a worker took it.', WORK, 'queue'),
  portal_job_duration_seconds: histogram('Time a worker spent on a job.', WORK, 'queue'),
  portal_job_retries_total: counter('Job attempts after the first.', 'queue'),
  portal_jobs_failed_total: counter('Jobs that used up their attempts.', 'queue'),

  portal_extensiv_requests_total: counter('Requests to the warehouse.', 'method', 'route', 'status'),
  portal_extensiv_request_duration_seconds: histogram('Requests to the warehouse.', CALL, 'method', 'route'),
  portal_extensiv_token_refreshes_total: counter('Access tokens fetched from the warehouse.', 'result'),

  portal_projection_lag_events: gauge('Events a projection is behind the log.', 'projection'),
  portal_effects_open: gauge('Effects that are not settled yet.', 'kind'),

  portal_stripe_webhooks_total: counter('Webhooks received from Stripe.', 'type', 'result'),
  portal_stripe_requests_total: counter('Calls to Stripe: ok, refused (final) or failed.', 'operation', 'result'),
  portal_stripe_request_duration_seconds: histogram('Calls to Stripe, repeats included.', CALL, 'operation'),

  portal_audit_seals_total: counter('Audit seals: written, or failed runs.', 'result'),

  portal_alerts_total: counter('Alerts sent to the operators; repeats of an open one do not count.', 'kind'),
} as const satisfies Record<string, Instrument>;
