import { orderStatuses } from '../../domain/order/status.js';

interface Common {
  readonly help: string;
  readonly labels: readonly string[];
  /** Series that are there from the start: `increase()` does not see the first count of one that was not. */
  readonly initial: readonly Readonly<Record<string, string>>[];
}

export type Instrument =
  | (Common & { readonly type: 'counter' | 'gauge' })
  | (Common & {
      readonly type: 'histogram';
      /** Upper bounds, in seconds. */
      readonly buckets: readonly number[];
    });

/** A call to a neighbour: from a cache hit to the longest time-out. */
const callBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Work that may have waited in a queue, up to a night. */
const workBuckets = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 28_800];

/** What a label can be; `null` where that is not known beforehand. */
type Labels = Readonly<Record<string, readonly string[] | null>>;

const counter = (help: string, labels: Labels = {}): Instrument => ({ type: 'counter', help, ...labelled(labels) });
const gauge = (help: string, labels: Labels = {}): Instrument => ({ type: 'gauge', help, ...labelled(labels) });
const histogram = (help: string, buckets: readonly number[], labels: Labels = {}): Instrument => ({
  type: 'histogram',
  help,
  ...labelled(labels),
  buckets,
});

function labelled(labels: Labels): Pick<Common, 'labels' | 'initial'> {
  const sets = Object.entries(labels).reduce<Record<string, string>[]>(
    (found, [name, values]) => found.flatMap((set) => (values ?? []).map((value) => ({ ...set, [name]: value }))),
    [{}],
  );
  return { labels: Object.keys(labels), initial: sets };
}

const queues = ['order-processing', 'status-polling', 'inventory-sync', 'effects'];
const runs = ['completed', 'failed'];
const stripeOperations = ['create-intent', 'get-intent', 'cancel-intent', 'refund', 'list-refunds'];

/** The alerts of docs/guides/operating.md. */
const alerts = [
  'order-export-failed',
  'inventory-sync-failed',
  'inventory-emptied',
  'refund-failed',
  'notification-failed',
  'delivery-scheduling-failed',
  'delivery-to-call-off',
  'payment-conflict',
  'status-conflict',
  'wms-cancellation-refused',
  'refunded-while-open',
  'dispute-opened',
  'projection-parked',
  'event-store-rewound',
  'seal-broken',
  'webhook-failed',
  'effect-failed',
  'reconciliation',
];

/** Every metric of the portal, by name. docs/reference/metrics.md is this list in prose. */
export const instruments = {
  portal_build_info: gauge('Always 1; its label tells the version that is running.', { version: null }),
  portal_http_request_duration_seconds: histogram(
    'HTTP requests by route template; status 499: the caller hung up before its answer.',
    callBuckets,
    {
      method: null,
      route: null,
      status: null,
    },
  ),
  portal_http_refused_connections_total: counter(
    'Connections refused before they brought a request: not HTTP, headers too large, too slow, or cut short by a stop.',
    { code: ['malformed-request', 'headers-too-large', 'request-timeout', 'unavailable'] },
  ),
  portal_rate_limit_checks_total: counter(
    'Requests by how their rate limit went: passed, refused, or unchecked because Redis was away.',
    { result: ['passed', 'refused', 'unchecked'] },
  ),
  portal_event_streams: gauge('Event streams open at present.'),
  portal_event_streams_ended_total: counter(
    'Event streams that ended: left by their reader, aged, its credential expired, too slow a reader, failed, or the process stopped.',
    { reason: ['left', 'aged', 'expired', 'slow', 'failed', 'stopped'] },
  ),

  portal_inventory_sync_runs_total: counter('Inventory syncs by result.', { result: runs }),
  portal_inventory_sync_products: gauge('Products the last completed inventory sync received.'),
  portal_inventory_sync_duration_seconds: histogram('Duration of an inventory sync.', workBuckets),
  portal_cache_requests_total: counter('Reads by cache and whether it had the answer.', {
    cache: ['inventory', 'inventory-item', 'products', 'product'],
    result: ['hit', 'miss', 'unavailable'],
  }),

  portal_order_exports_total: counter('Export attempts to the warehouse by result.', {
    result: ['created', 'adopted', 'error', 'failed'],
  }),
  portal_status_poll_orders: gauge('Orders the last status poll asked about.'),
  portal_status_poll_duration_seconds: histogram('Duration of a status poll.', workBuckets),
  portal_status_changes_total: counter(
    'Changes of an order’s status, by the status reached, whoever brought it about.',
    { to: orderStatuses },
  ),

  portal_job_wait_seconds: histogram('Time a job waited before a worker took it.', workBuckets, { queue: queues }),
  portal_job_duration_seconds: histogram('Time a worker spent on a job.', workBuckets, { queue: queues }),
  portal_job_retries_total: counter('Job attempts after the first.', { queue: queues }),
  portal_jobs_failed_total: counter('Jobs that used up their attempts.', { queue: queues }),

  portal_extensiv_requests_total: counter('Requests to the warehouse.', { method: null, route: null, status: null }),
  portal_extensiv_request_duration_seconds: histogram('Requests to the warehouse.', callBuckets, {
    method: null,
    route: null,
  }),
  portal_extensiv_token_refreshes_total: counter('Access tokens fetched from the warehouse.', {
    result: ['success', 'denied', 'failed'],
  }),

  portal_projection_lag_events: gauge('Events a projection is behind the log.', { projection: null }),
  portal_projector_working: gauge(
    '1 in the process that owns the projector and gets on; 0 where it is stalled, stands by or does not run.',
    { projector: ['read models', 'effects'] },
  ),
  portal_parked_streams: gauge('Streams a projection has stopped applying until an operator acts.', {
    projection: null,
  }),
  portal_effects_open: gauge('Effects that are not settled yet.', { kind: null }),
  portal_effects_oldest_seconds: gauge('How long the oldest open effect has been due.', { kind: null }),

  portal_stripe_webhooks_total: counter('Webhooks received from Stripe.', { type: null, result: null }),
  portal_stripe_requests_total: counter('Calls to Stripe: ok, refused (final) or failed.', {
    operation: stripeOperations,
    result: ['ok', 'refused', 'failed'],
  }),
  portal_stripe_request_duration_seconds: histogram('Calls to Stripe, repeats included.', callBuckets, {
    operation: stripeOperations,
  }),

  portal_audit_seals_total: counter('Audit seals: written, or failed runs.', { result: ['sealed', 'failed'] }),

  portal_alerts_total: counter('Alerts sent to the operators; repeats of an open one do not count.', { kind: alerts }),
} as const satisfies Record<string, Instrument>;
