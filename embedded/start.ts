import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pc from 'picocolors';
import { messageOf } from './shared/errors.js';
import { type PartName, partNames, type Stack, StackError, type StackOptions, startStack } from './stack/index.js';
import { whyNotReady } from './stack/portal-readiness.js';
import { createProgressView } from './stack/progress.js';
import { projectRoot } from './stack/project.js';
import { stopRequests } from './stack/stop-requests.js';

const usage = `Usage: npm start [-- options]

Starts the portal with every service it needs on this machine. A service whose variable is set
(DATABASE_URL, REDIS_URL, EVENTSTORE_URL, EXTENSIV_BASE_URL, STRIPE_SECRET_KEY, DELIVERY_PARTNER_URL,
SMTP_URL) is used as it is instead of being started. Settings may also stand in a file .env.

  --data-dir DIR  where state, logs and generated secrets are kept (default: DATA_DIR or .data)
  --parts LIST    start only these, e.g. postgres,redis,eventstoredb (portal included only if named)
  --verbose       show the portal's log lines here instead of in DIR/logs/portal.log
  --help          show this text
`;

/** Between two looks at a portal that is up and not ready. */
const readyLookMs = 2_000;

process.exitCode = await main();
// Whatever a library left open must not keep the launcher alive once the parts are down.
process.exit();

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) return 2;
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  // Output can lose its reader (`npm start | head`); the parts must still be stopped in order.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  loadEnvFile();
  const dataDir = options['data-dir'] ?? (process.env.DATA_DIR || '.data');
  const { parts, verbose } = options;
  return await runStack(dataDir, { verbose, ...(parts === undefined ? {} : { parts }) });
}

async function runStack(dataDir: string, options: Pick<StackOptions, 'parts' | 'verbose'>): Promise<number> {
  const view = createProgressView(process.stdout);
  const requests = stopRequests();
  console.log(`Starting the portal; state, logs and secrets are in ${dataDir}`);
  let stack: Stack;
  try {
    stack = await startStack({
      dataDir: path.resolve(projectRoot, dataDir),
      env: withAuthMode(process.env),
      ...options,
      onProgress: view.show,
      signal: requests.signal,
    });
  } catch (error) {
    view.close();
    if (requests.signal.aborted) return 0;
    console.error(pc.red(error instanceof StackError ? error.message : String(error)));
    if (!(error instanceof StackError)) console.error(error);
    return 1;
  }
  view.close();
  void announceReady(stack.urls.portal, requests.signal);

  const failure = await Promise.race([requests.requested, stack.failed]);
  if (failure instanceof Error) console.error(pc.red(failure.message));
  console.log('stopping');
  await stack.stop();
  console.log('stopped');
  return failure instanceof Error ? 1 : 0;
}

/** Says `ready` once it is so, and until then, once, what is in the way: everything runs, so that it can be mended. */
async function announceReady(url: string | undefined, stopping: AbortSignal): Promise<void> {
  for (let looks = 0; !stopping.aborted; looks += 1) {
    const reason = url === undefined ? null : await whyNotReady(url);
    if (reason === null) return console.log(['ready', url].filter(Boolean).join(' '));
    if (looks === 0) console.log(pc.yellow(`not ready ${url}: ${reason}`));
    await sleep(readyLookMs);
  }
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        'data-dir': { type: 'string' },
        parts: { type: 'string' },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return { ...values, parts: values.parts?.split(',').map(partName) };
  } catch (error) {
    console.error(`${messageOf(error)}\n\n${usage}`);
    return undefined;
  }
}

function partName(text: string): PartName {
  const name = partNames.find((known) => known === text.trim());
  if (name === undefined) throw new Error(`Unknown part "${text}"; there are ${partNames.join(', ')}.`);
  return name;
}

function loadEnvFile(): void {
  const file = path.join(projectRoot, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
}

/** Nobody has to log in on one machine; `open` is the portal's to refuse where others could reach it. */
function withAuthMode(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const chosen = ['AUTH_MODE', 'AUTH_JWKS_URL', 'AUTH_JWT_SECRET'].some((name) => env[name]);
  return chosen ? env : { ...env, AUTH_MODE: 'open' };
}
