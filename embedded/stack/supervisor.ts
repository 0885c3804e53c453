import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../shared/errors.js';
import type { DataDirLock } from './data-dir.js';
import type { PartContext, PartDefinition, PartPlan } from './part.js';
import { isPortTaken, replacePorts } from './part-ports.js';
import { lastLines, type PartProcess, startProcess } from './part-process.js';
import { poll } from './poll.js';
import type { Ports } from './ports.js';
import { StackError, type StackEvent } from './types.js';
import type { Watchdog } from './watchdog.js';

/** Keeps one part running: starts it, waits until it answers, and starts it again when it dies. */
export interface Supervisor {
  /** The plan of the latest start; undefined before the first. */
  plan(): PartPlan | undefined;
  /** Resolves once the part answers. Rejects with a StackError that shows the end of its log. */
  start(): Promise<void>;
  /** Ends the part and leaves it down. */
  kill(signal: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
}

export interface SupervisorOptions {
  definition: PartDefinition;
  context: PartContext;
  ports: Ports;
  lock: DataDirLock;
  watchdog: Watchdog;
  onEvent(event: StackEvent): void;
  /** Called when the part is given up for good. */
  onGivenUp(error: Error): void;
}

/** How often readiness is asked for. */
const readyPollMs = 25;
/** A free port can be taken by another program before the part binds it; three in a row is no coincidence. */
const maxPortTries = 3;
/** Restart delays double from the first to the second; a part that stayed up long enough begins anew. */
const firstBackoffMs = 250;
const maxBackoffMs = 10_000;
const steadyMs = 30_000;
/** A portal that dies this often within the window will not get better by itself. */
const maxPortalRestarts = 5;
const portalWindowMs = 60_000;

export function supervise(options: SupervisorOptions): Supervisor {
  const { definition, context, ports, lock, watchdog, onEvent } = options;
  const { name } = definition;
  const logFile = path.join(context.dataDir, 'logs', `${name}.log`);
  let plan: PartPlan | undefined;
  let current: PartProcess | undefined;
  let wanted = false;
  let restarts: number[] = [];
  let backoffMs = firstBackoffMs;
  let restarting: AbortController | undefined;
  let launching: Promise<void> = Promise.resolve();

  function launch(): Promise<void> {
    const launched = bringUp();
    launching = launched.catch(() => {});
    return launched;
  }

  async function bringUp(): Promise<void> {
    const began = performance.now();
    onEvent({ part: name, state: 'starting' });
    for (let portTries = 1; ; ) {
      plan = await definition.prepare(context);
      if (!wanted) throw stoppedWhileStarting();
      const running = await startRemembered(plan);
      current = running;
      const failure = await waitUntilReady(plan, running);
      if (failure === undefined) {
        watchFor(running);
        break;
      }
      await running.stop(definition.stopSignal, definition.stopLimitMs);
      if (!wanted) throw stoppedWhileStarting();
      const output = running.output.read();
      if (isPortTaken(output) && portTries < maxPortTries) {
        portTries += 1;
        await replacePorts(definition, ports);
      } else if (isHeldByLeftovers(output) && performance.now() - began < definition.startLimitMs) {
        await sleep(leftoverPollMs);
      } else throw new StackError(`${name} ${failure}. Last lines of ${logFile}:\n${lastLines(output)}`);
    }
    const elapsedMs = performance.now() - began;
    onEvent({ part: name, state: 'ready', elapsedMs, urls: plan.urls });
  }

  /** Whoever comes after a launcher that died knows the process by what is noted here. */
  async function startRemembered({ command }: PartPlan): Promise<PartProcess> {
    const running = await startProcess(command, logFile);
    watchdog.watch(running.pid, definition.stopSignal);
    lock.noteChild(running.pid, definition.stopSignal);
    void running.exited.then(() => {
      watchdog.forget(running.pid);
      lock.forgetChild(running.pid);
    });
    return running;
  }

  const stoppedWhileStarting = () => new StackError(`${name} was stopped while it started.`);

  async function waitUntilReady(current: PartPlan, running: PartProcess): Promise<string | undefined> {
    try {
      const verdict = await poll(
        async () => {
          if (!wanted) return 'was stopped';
          if (running.hasExited()) return `ended while starting (${await running.exited})`;
          return (await current.isReady(running.output)) ? 'ready' : undefined;
        },
        { everyMs: readyPollMs, limitMs: definition.startLimitMs },
      );
      if (verdict === undefined) return `was not ready within ${definition.startLimitMs / 1000} s`;
      if (verdict !== 'ready') return verdict;
      await current.afterStart?.();
      return undefined;
    } catch (error) {
      return `failed to start: ${messageOf(error)}`;
    }
  }

  function watchFor(running: PartProcess): void {
    const since = performance.now();
    void running.exited.then((how) => {
      if (!wanted || current !== running) return;
      if (performance.now() - since >= steadyMs) backoffMs = firstBackoffMs;
      void restart(`ended by itself (${how})`);
    });
  }

  async function restart(reason: string): Promise<void> {
    if (name === 'portal') {
      const now = performance.now();
      restarts = [...restarts.filter((time) => now - time < portalWindowMs), now];
      if (restarts.length > maxPortalRestarts) {
        return giveUp(`${reason}, for the ${restarts.length}th time within ${portalWindowMs / 1000} s`);
      }
    }
    onEvent({ part: name, state: 'restarting', detail: `${reason}; starting it again in ${backoffMs} ms` });
    restarting = new AbortController();
    try {
      await sleep(backoffMs, undefined, { signal: restarting.signal });
      backoffMs = Math.min(backoffMs * 2, maxBackoffMs);
      await launch();
    } catch (error) {
      if (wanted) await restart(messageOf(error));
    }
  }

  function giveUp(reason: string): void {
    wanted = false;
    const output = current?.output.read() ?? '';
    const error = new StackError(`${name} ${reason}. Last lines of ${logFile}:\n${lastLines(output)}`);
    onEvent({ part: name, state: 'failed', detail: error.message });
    options.onGivenUp(error);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    wanted = false;
    restarting?.abort();
    if (current !== undefined && !current.hasExited()) {
      await current.stop(signal, definition.stopLimitMs);
      onEvent({ part: name, state: 'stopped' });
    }
    await launching;
  }

  return {
    plan: () => plan,
    async start() {
      wanted = true;
      backoffMs = firstBackoffMs;
      await launch();
    },
    kill: end,
    stop: () => end(definition.stopSignal),
  };
}

/** How often it is looked whether the last processes of a server that was killed have ended, too. */
const leftoverPollMs = 250;

/** They end by themselves, as soon as they notice; a busy machine lets them do so late. */
function isHeldByLeftovers(output: string): boolean {
  return /pre-existing shared memory block/.test(output);
}
