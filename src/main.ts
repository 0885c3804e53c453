import { migrate } from './adapters/postgres/migrate.js';
import { assertFit, UnfitRedis } from './adapters/queue/policy.js';
import { endOnCrash } from './adapters/telemetry/crash.js';
import { createLogger } from './adapters/telemetry/logger.js';
import { isTransient, messageOf } from './commands/failures.js';
import { createApp } from './compose/app.js';
import { compose, type Portal } from './compose.js';
import { type Config, InvalidConfig, loadConfig } from './config.js';
import type { NamedProjector } from './health.js';
import { listen } from './http/listen.js';
import { onceThere, stopInOrder } from './start-order.js';
import { version } from './version.js';
import { startWorkers } from './workers.js';

/** A stop that takes longer is ended by force: whatever is under way is picked up by the next start. */
const stopLimitMs = 15_000;

const config = readConfig();
const logger = openLog(config);
const witnesses: Parameters<typeof endOnCrash>[0] = { logger };
endOnCrash(witnesses);
/** What a request to stop comes to; set when there is something to stop in order. */
let stop = stopWhileStarting;
// SIGHUP: the terminal that it runs on was closed.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal));
stopWithParent();
await run(config).catch((error: unknown) => {
  logger.error({ err: error }, 'the portal could not start');
  process.exitCode = 1;
  setTimeout(() => process.exit(1), 1_000).unref();
});

async function run(settings: Config): Promise<void> {
  const tracing = await tracingOf(settings);
  const portal = compose(settings, logger, tracing);
  witnesses.reporter = portal.reporter;
  const has = (role: string) => settings.ROLES.includes(role);
  await awaitStores(portal, has('workers'));

  const projectors: NamedProjector[] = [];
  const readModels = has('projections') ? portal.projections.startReadModels() : null;
  if (readModels) projectors.push({ name: 'read models', projector: readModels });
  portal.relay.start();
  const workers = has('workers') ? await startWorkers(portal) : null;
  if (workers) projectors.push({ name: 'effects', projector: workers.projector });
  if (projectors.length > 0) portal.parkedWatch.start();

  const app = await createApp(portal, projectors);
  const address = await listen(app, { host: settings.HOST, port: settings.PORT });
  logger.info({ url: address, roles: settings.ROLES, version }, 'portal started');
  portal.metrics.set('portal_build_info', 1, { version });

  let stopping = false;
  stop = async (signal) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.error({}, 'the stop took too long and is forced');
      process.exit(1);
    }, stopLimitMs).unref();
    app.setStopping();
    const inOrder = await stopInOrder(
      {
        workers: () => workers?.stop(),
        http: () => app.close(),
        'read models': () => readModels?.stop(),
        'parked streams': () => portal.parkedWatch.stop(),
        relay: () => portal.relay.stop(),
        connections: () => portal.close(),
        traces: () => tracing?.close(),
      },
      logger,
    );
    logger.info({}, 'stopped');
    logger.close();
    process.exit(inOrder ? 0 : 1);
  };
}

/** Waits for the stores, and sees that they can be worked with: what is wrong must show now, not with the first order. */
async function awaitStores(portal: Portal, queues: boolean): Promise<void> {
  const postgres = { passes: isTransient, logger };
  await onceThere('PostgreSQL', () => bringUpToDate(portal), postgres);
  if (portal.config.PRIVACY_MASTER_KEY.length === 0) {
    logger.warn({}, 'PRIVACY_MASTER_KEY is unset: whoever can read the database can read all personal data');
  }
  await onceThere('PostgreSQL', () => portal.personalKeys.ready(), postgres);
  if (!queues) return;
  const redis = { passes: (error: unknown) => !(error instanceof UnfitRedis), logger };
  await onceThere('Redis', () => assertFit(portal.redis.producer), redis);
}

async function bringUpToDate({ pools }: Portal): Promise<void> {
  const { unknown } = await migrate(pools.projections);
  if (unknown.length > 0) logger.warn({ unknown }, 'the database was migrated by a newer release; this one goes on');
}

/**
 * Nothing was begun that the next start does not pick up. To be left to the system, which does the same, is no way: the
 * first process of a container is not ended by a signal that it does not handle.
 */
async function stopWhileStarting(signal: string): Promise<void> {
  logger.info({ signal }, 'stopped while it was starting');
  logger.close();
  process.exit(0);
}

/** The SDK is loaded by those who trace only. */
async function tracingOf(settings: Config) {
  if (settings.OTEL_EXPORTER_OTLP_ENDPOINT === '') return null;
  const { createTracing } = await import('./adapters/telemetry/tracing.js');
  return createTracing({
    endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT,
    headers: settings.OTEL_EXPORTER_OTLP_HEADERS,
    roles: settings.ROLES,
  });
}

function readConfig(): Config {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof InvalidConfig)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

function openLog({ LOG_LEVEL: level, LOG_DIR: dir }: Config) {
  try {
    return createLogger({ level, dir: dir === 'none' ? null : dir, pretty: process.stdout.isTTY });
  } catch (error) {
    process.stderr.write(`${new InvalidConfig([`LOG_DIR cannot be written: ${messageOf(error)}`]).message}\n`);
    process.exit(2);
  }
}

/** On one machine the launcher starts the portal; it must not outlive it. */
function stopWithParent(): void {
  const parent = Number(process.env.PORTAL_PARENT_PID);
  if (!Number.isInteger(parent) || parent <= 0) return;
  setInterval(() => {
    try {
      process.kill(parent, 0);
    } catch {
      void stop('the launcher is gone');
    }
  }, 1_000).unref();
}
