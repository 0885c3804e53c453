import path from 'node:path';
import { type DataDirLock, lockDataDir } from './data-dir.js';
import { hostPart } from './hosted-part.js';
import type { PartContext, PartDefinition } from './part.js';
import { choosePorts, portKey } from './part-ports.js';
import { delivery } from './parts/delivery.js';
import { eventstoredb } from './parts/eventstoredb.js';
import { extensiv } from './parts/extensiv.js';
import { mail } from './parts/mail.js';
import { portal } from './parts/portal.js';
import { postgres } from './parts/postgres.js';
import { redis } from './parts/redis.js';
import { stripe } from './parts/stripe.js';
import { choosePortalAddress } from './portal-address.js';
import { writePortalEnv } from './portal-env.js';
import { portalSettings } from './portal-settings.js';
import { openPorts, type Ports } from './ports.js';
import { openSecrets } from './secrets.js';
import { type Supervisor, supervise } from './supervisor.js';
import { type PartName, partNames, type Stack, StackError, type StackOptions } from './types.js';
import { startWatchdog, type Watchdog } from './watchdog.js';

export { type PartName, partNames, type Stack, StackError, type StackOptions } from './types.js';

const definitions: Record<PartName, PartDefinition> = {
  postgres,
  redis,
  eventstoredb,
  extensiv,
  stripe,
  delivery,
  mail,
  portal,
};

/** Who depends on whom, roughly: a tier stops before the next one. */
const stopTiers: readonly (readonly PartName[])[] = [
  ['portal'],
  ['mail', 'delivery', 'stripe', 'extensiv'],
  ['eventstoredb', 'redis', 'postgres'],
];

/**
 * Brings up a one-machine installation: every part whose variable is unset, in parallel, then the portal.
 *
 * Rejects with a StackError (and nothing left running) when a part cannot be started, when the data folder is in use,
 * or when the portal's port is taken.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const dataDir = path.resolve(options.dataDir);
  const lock = await lockDataDir(dataDir);
  const watchdog = startWatchdog();
  const ports = openPorts(dataDir, options.ports ?? 'usual');
  const release = () => {
    watchdog.close();
    ports.release();
    lock.release();
  };
  try {
    return await startLocked({ ...options, dataDir }, { lock, watchdog, ports, release });
  } catch (error) {
    release();
    throw error;
  }
}

/** What a stack keeps from others until it has stopped. */
interface Held {
  readonly lock: DataDirLock;
  readonly watchdog: Watchdog;
  readonly ports: Ports;
  release(): void;
}

async function startLocked(options: StackOptions, held: Held): Promise<Stack> {
  const { lock, watchdog, ports } = held;
  const { dataDir, onProgress = () => {}, verbose = false } = options;
  const given = options.env ?? process.env;
  const mode = options.ports ?? 'usual';
  const parts = (options.parts ?? partNames).filter((name) => definitions[name].isNeeded(given));
  const secrets = openSecrets(dataDir);
  const address = await choosePortalAddress(given, ports, mode, parts.includes('portal'));
  for (const name of parts) await choosePorts(definitions[name], ports);

  const env = portalSettings(given, { dataDir, address, secrets });
  const urls: Stack['urls'] = {};
  const failure = deferred<Error>();
  const stopping = new AbortController();
  const supervisors = new Map<PartName, Supervisor>();
  for (const name of parts) {
    const context: PartContext = {
      dataDir,
      // The portal is prepared last, when the settings of all others have been added.
      env: name === 'portal' ? env : given,
      secrets,
      port: (port) => ports.current(portKey(name, port)),
      portalUrl: address.url,
      verbose,
      stopping: stopping.signal,
      working: (detail) => onProgress({ part: name, state: 'working', detail }),
    };
    const definition = definitions[name];
    const events = { onEvent: onProgress, onGivenUp: failure.resolve };
    const run = options.inProcess?.includes(name) ? hostPart : supervise;
    supervisors.set(name, run({ definition, context, ports, lock, watchdog, ...events }));
  }

  async function startPart(name: PartName): Promise<void> {
    const supervisor = find(name);
    await supervisor.start();
    Object.assign(env, supervisor.plan()?.settings);
    Object.assign(urls, supervisor.plan()?.urls);
  }

  function find(name: PartName): Supervisor {
    const supervisor = supervisors.get(name);
    if (supervisor === undefined) throw new StackError(`${name} is not a part of this stack.`);
    return supervisor;
  }

  async function stopParts(): Promise<void> {
    stopping.abort();
    for (const tier of stopTiers) await Promise.all(tier.map((name) => supervisors.get(name)?.stop()));
  }

  let stopped: Promise<void> | undefined;
  function stop(): Promise<void> {
    stopped ??= stopParts().then(held.release);
    return stopped;
  }

  const onAbort = () => void stop().catch(() => {});
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    options.signal?.throwIfAborted();
    await Promise.all(parts.filter((name) => name !== 'portal').map(startPart));
    writePortalEnv(dataDir, env);
    if (parts.includes('portal')) await startPart('portal');
    options.signal?.throwIfAborted();
  } catch (error) {
    await stop();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
  }

  return {
    env,
    urls,
    failed: failure.promise,
    kill: (part, signal = 'SIGKILL') => find(part).kill(signal),
    start: startPart,
    stop,
  };
}

function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
