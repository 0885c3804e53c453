import { createTokenCheck } from '../../adapters/extensiv/token-check.js';
import { assertFit, assertTakesJobs } from '../../adapters/queue/policy.js';
import { patientCopyOf, type QueueRedis } from '../../adapters/redis/cluster.js';
import { assertTakesWrites } from '../../adapters/redis/takes-writes.js';
import { PaymentsError } from '../../commands/ports.js';
import type { Portal } from '../../compose.js';
import { failed, ok, type Verdict, warning } from './check.js';
import { errorTracker, traceCollector } from './telemetry.js';
import { tokenIssuer } from './tokens.js';

type Look = { readonly check: string; readonly mend: string; look(portal: Portal): Promise<Verdict> };

/** The portal's own question gives up so soon that a busy machine would pass for a cache that is down. */
const redisPatienceMs = 5_000;

/** A connection to each server the portal talks to, as the portal makes it. */
export const neighbours: readonly Look[] = [
  {
    check: 'event store',
    mend:
      'Start EventStoreDB, or correct EVENTSTORE_URL (scheme, user, password, host, port, tls=, tlsCAFile=). ' +
      'Where access is denied, let its user append and read $all.',
    async look({ eventStore }) {
      const head = await eventStore.head();
      return ok(head ? `answers, head at ${head.commit}` : 'answers, empty');
    },
  },
  {
    check: 'postgresql',
    mend: 'Start PostgreSQL, or correct DATABASE_URL (host, port, user, password, database); a replica is to be promoted.',
    async look({ pools }) {
      const { rows } = await pools.api.raw<{ rows: { version: string }[] }>(
        `select current_setting('server_version') as version`,
      );
      return ok(`answers, version ${rows[0]?.version}`);
    },
  },
  {
    check: 'redis queues',
    mend:
      'Start the Redis of REDIS_URL, or correct that (host, port, user, password) or REDIS_MODE; set its maxmemory-policy to ' +
      'noeviction, or it would lose jobs; raise its maxmemory if it is full. Where it takes no writes: free space on its ' +
      'disk, or let the name lead to the primary.',
    async look({ redis }) {
      return patiently(redis.producer, async (patient) => {
        await assertFit(patient);
        await assertTakesJobs(patient);
        return ok(`answers, version ${await redisVersion(patient)}, noeviction`);
      });
    },
  },
  {
    check: 'redis cache',
    mend:
      'Start the Redis of REDIS_CACHE_URL (REDIS_URL when that is empty), or correct that (host, port, user, password). Where ' +
      'it takes no writes: free space on its disk, raise its maxmemory, or let the name lead to the primary. Until then ' +
      'answers come from PostgreSQL.',
    async look({ redis }) {
      return patiently(redis.cache, async (patient) => {
        await assertTakesWrites(patient, 'portal:cache:probe');
        return ok(`answers, version ${await redisVersion(patient)}`);
      });
    },
  },
  {
    check: 'warehouse token',
    mend: 'Check EXTENSIV_BASE_URL, EXTENSIV_CLIENT_ID and EXTENSIV_CLIENT_SECRET with the warehouse.',
    async look({ config, logger, metrics, reporter }) {
      const seconds = await createTokenCheck({
        baseUrl: config.EXTENSIV_BASE_URL,
        clientId: config.EXTENSIV_CLIENT_ID,
        clientSecret: config.EXTENSIV_CLIENT_SECRET,
        timeoutMs: config.EXTENSIV_TIMEOUT_MS,
        logger,
        metrics,
        reporter,
      })();
      return ok(seconds === null ? 'granted' : `granted for ${seconds} s`);
    },
  },
  {
    check: 'stripe',
    mend: 'Check STRIPE_SECRET_KEY, and the way out to api.stripe.com, or to what STRIPE_API_BASE names.',
    look: askStripe,
  },
  {
    check: 'mail server',
    mend: 'Check SMTP_URL (host, port, user, password) with the mail server.',
    async look({ mailer }) {
      await mailer.verify();
      return ok('takes our greeting');
    },
  },
  {
    check: 'delivery partner',
    mend: 'Check DELIVERY_PARTNER_URL.',
    async look({ config }) {
      const { status } = await fetch(config.DELIVERY_PARTNER_URL, {
        method: 'HEAD',
        redirect: 'manual',
        signal: AbortSignal.timeout(5_000),
      });
      return status >= 500
        ? failed(`answers ${status}`, 'Ask the delivery partner; packed orders wait until it answers.')
        : ok('answers');
    },
  },
  { check: 'token issuer', mend: 'Start the token issuer, or correct AUTH_JWKS_URL.', look: tokenIssuer },
  { check: 'error tracker', mend: 'Check SENTRY_DSN.', look: errorTracker },
  { check: 'trace collector', mend: 'Check OTEL_EXPORTER_OTLP_ENDPOINT.', look: traceCollector },
];

/** Asks for an intent that cannot exist: only an accepted key is told that it does not. */
async function askStripe({ config, payments }: Portal): Promise<Verdict> {
  try {
    await payments.paymentIntent('pi_portal_doctor');
  } catch (error) {
    if (!(error instanceof PaymentsError) || error.code !== 'resource_missing') throw error;
  }
  const live = config.STRIPE_SECRET_KEY.includes('_live_');
  if (config.NODE_ENV === 'production' && !live) {
    return warning(
      'accepts the key, which is a test key',
      'Set STRIPE_SECRET_KEY to the live key before the doors open.',
    );
  }
  return ok(`accepts the key (${live ? 'live' : 'test'})`);
}

/** A connection like one of the portal's, for nothing but these questions. */
async function patiently<Client extends QueueRedis>(
  redis: Client,
  ask: (patient: Client) => Promise<Verdict>,
): Promise<Verdict> {
  const patient = patientCopyOf(redis, redisPatienceMs);
  patient.on('error', () => undefined);
  try {
    await ready(patient);
    return await ask(patient);
  } finally {
    patient.disconnect();
  }
}

/** The portal's connections fail at once while they are being made; a doctor has the patience. */
function ready(redis: QueueRedis): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve();
  return new Promise((resolve, reject) => {
    redis.once('ready', () => resolve());
    redis.once('error', (error) => reject(error.lastNodeError ?? error));
  });
}

async function redisVersion(redis: QueueRedis): Promise<string> {
  return /^redis_version:(\S+)/m.exec(await redis.info('server'))?.[1] ?? 'unknown';
}
