import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { EventStoreDBClient, type JSONEventType, jsonEvent, type ResolvedEvent } from '@eventstore/db-client';
import { startEventStoreDb } from '../../embedded/eventstoredb/server.js';

const entry = fileURLToPath(new URL('../../dist/embedded/eventstoredb/main.js', import.meta.url));
/** A server that has not said it is ready by then, in milliseconds, will not. */
const startTimeout = 20_000;

export interface EventStore {
  url: string;
  readonly dataDir: string;
  /** Process id of the running server. */
  pid: number;
  /** Stops the server cleanly and, unless the folder was given, deletes its data. Resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Ends the process as a power cut would (SIGKILL). */
  kill(): Promise<void>;
  /** Starts again on the same data; the url changes. */
  restart(): Promise<void>;
  /** Resolves with the exit code when the process ends by itself. */
  ended(): Promise<number | null>;
}

interface StartOptions {
  dataDir?: string;
  /** Command and arguments to run the server under. */
  command?: string[];
  /** The process that the server takes for its parent; this one by default. */
  parent?: number;
}

/** Starts the built embedded event store as a process of its own, on a free port and, by default, a new folder. */
export async function startEventStore(options: StartOptions = {}): Promise<EventStore> {
  const dataDir = options.dataDir ?? mkdtempSync(path.join(tmpdir(), 'eventstoredb-'));
  let child = spawnEventStore(dataDir, options);
  const store: EventStore = {
    url: await readyUrl(child),
    dataDir,
    pid: child.pid ?? 0,
    async stop() {
      const code = await end(child, 'SIGTERM');
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
      return code;
    },
    async kill() {
      await end(child, 'SIGKILL');
    },
    async restart() {
      await end(child, 'SIGTERM');
      child = spawnEventStore(dataDir, options);
      store.url = await readyUrl(child);
      store.pid = child.pid ?? 0;
    },
    async ended() {
      if (child.exitCode === null) await once(child, 'exit');
      return child.exitCode;
    },
  };
  return store;
}

/** Starts the server where it should refuse, and returns how it ended. */
export async function failToStart(dataDir: string): Promise<{ code: number | null; message: string }> {
  const child = spawnEventStore(dataDir);
  let message = '';
  child.stderr?.on('data', (chunk) => {
    message += String(chunk);
  });
  await once(child, 'close');
  return { code: child.exitCode, message };
}

/** A server for tests that also hold against a real one: `EVENTSTORE_URL` when set, else the embedded server. */
export async function anyEventStore(): Promise<{ url: string; stop(): Promise<void> }> {
  const url = process.env.EVENTSTORE_URL;
  return url ? { url, stop: async () => undefined } : hostEventStore();
}

/** The embedded event store inside this process, for tests that need what it does and not how it ends. */
export async function hostEventStore(): Promise<{ url: string; stop(): Promise<void> }> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'eventstoredb-'));
  const { url, close } = await startEventStoreDb({ host: '127.0.0.1', port: 0, dataDir });
  return {
    url,
    async stop() {
      await close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export function connect(url: string): EventStoreDBClient {
  return EventStoreDBClient.connectionString(url);
}

/** `count` small events, numbered in their data. */
export function numbered(count: number, type = 'Counted', from = 0) {
  return Array.from({ length: count }, (_, index) => jsonEvent({ type, data: { n: from + index } }));
}

/** The numbers in events that `numbered` made. */
export function numbers(events: readonly ResolvedEvent[]): unknown[] {
  return events.map(({ event }) => (event as unknown as JSONEventType<string, { n: number }> | undefined)?.data.n);
}

function spawnEventStore(dataDir: string, options: StartOptions = {}): ChildProcess {
  const [command, ...args] = options.command ?? [];
  const own = [entry, '--port', '0', '--data', dataDir];
  const env = { ...process.env, PORTAL_PARENT_PID: String(options.parent ?? process.pid) };
  return command === undefined
    ? spawn(process.execPath, own, { env })
    : spawn(command, [...args, process.execPath, ...own], { env });
}

async function readyUrl(child: ChildProcess): Promise<string> {
  let errors = '';
  child.stderr?.on('data', (chunk) => {
    errors += String(chunk);
  });
  if (child.stdout === null) throw new Error('the event store has no output');
  const signal = AbortSignal.timeout(startTimeout);
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line', { signal }),
    once(child, 'exit').then(() => [`exit: ${errors}`]),
  ]);
  const url = /^eventstoredb ready (\S+)$/.exec(String(line))?.[1];
  if (url === undefined) throw new Error(`the event store did not start: ${line}`);
  return url;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
  return child.exitCode;
}
