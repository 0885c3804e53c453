import { ErrorType, EventStoreDBClient } from '@eventstore/db-client';
import { EventStoreUnavailable } from '../../commands/event-store.js';
import { reachEventStoreDirectly } from '../web-proxy.js';
import { within } from '../within.js';

/**
 * Holds the current client and replaces it when it may be poisoned.
 *
 * The client caches a failed feature query for good and never repeats a call by itself, so after a time-out or an
 * unexplained failure the only safe client is a new one.
 */
export interface Connection {
  /** The client to use now. While a broken one is being put away there is none, and callers wait. */
  client(): Promise<EventStoreDBClient>;
  /** Drops `broken` if it is still the current client; calls under way on it end, some of them without an error. */
  replace(broken: EventStoreDBClient): void;
  /** Whether the client was dropped: what a call on it brought may then be cut short. */
  isDropped(client: EventStoreDBClient): boolean;
  /** How long a read waits for the server to say something, milliseconds. */
  readonly silenceMs: number;
  close(): Promise<void>;
}

/**
 * Every read and append asks for the leader. A follower answers with what it has, which may be less than what has been
 * acknowledged, and a former leader keeps its connections; asked like this, they name the leader instead.
 */
export const ofLeader = { requiresLeader: true } as const;

/** A client that cannot end its calls within this is left to the garbage collector. */
const disposeLimitMs = 1_000;

/** Clients opened so far in this process. */
let opened = 0;

/** @throws EventStoreUnavailable when the client can make nothing of the connection string, or of a file that it names */
export function connect(url: string, silenceMs: number): Connection {
  reachEventStoreDirectly();
  const open = () => openClient(withOwnConnection(withEveryHost(unwarned(url)), opened++));
  const dropped = new WeakSet<EventStoreDBClient>();
  /** Null from when one was dropped until the next one is asked for, and as long as a file that the string names is away. */
  let current: EventStoreDBClient | null = open();
  let ready: Promise<void> = Promise.resolve();

  const drop = (client: EventStoreDBClient): Promise<void> => {
    dropped.add(client);
    return within(disposeLimitMs, client.dispose()).catch(() => undefined);
  };

  return {
    async client() {
      // All clients of a process share one table of appends under way, which the end of a stream empties: an append on
      // the new client must not be in it when the old one ends.
      for (let waited: unknown = null; waited !== ready; await waited) waited = ready;
      current ??= open();
      return current;
    },
    replace(broken) {
      if (broken !== current) return;
      current = null;
      ready = drop(broken);
    },
    isDropped: (client) => dropped.has(client),
    silenceMs,
    async close() {
      await ready;
      if (current) await drop(current);
    },
  };
}

function openClient(url: string): EventStoreDBClient {
  try {
    return EventStoreDBClient.connectionString(url);
  } catch (error) {
    throw new EventStoreUnavailable(`EVENTSTORE_URL cannot be used: ${reasonOf(error)}`, { cause: error });
  }
}

/**
 * Without an option that the client takes no notice of. To say that, it would print the whole string, the password included.
 * A certificate that it cannot verify is told by the failure.
 */
function unwarned(url: string): string {
  return url.replace(/([?&])tlsVerifyCert=false(&|$)/i, (_, before, behind) => (behind ? before : ''));
}

/** After `esdb+discover` the client asks the first host alone for the cluster; of several after `esdb` it asks each. */
function withEveryHost(url: string): string {
  const [, hosts = ''] = /^esdb\+discover:\/\/(?:[^@/?]+@)?([^/?]+)/.exec(url) ?? [];
  return hosts.includes(',') ? url.replace('esdb+discover:', 'esdb:') : url;
}

/** How long the server has to answer a ping where the connection string does not say, milliseconds: the client's default. */
const defaultKeepAliveTimeoutMs = 10_000;

/**
 * gRPC shares one connection between clients with equal options, and does not limit how long the server may take to
 * speak on it: a new client would hang with the old one. So the last thousand clients differ in their options, by a
 * millisecond of ping time-out each.
 */
function withOwnConnection(url: string, count: number): string {
  const [, given] = /[?&]keepAliveTimeout=(-?\d+)/i.exec(url) ?? [];
  const timeoutMs = given === undefined ? defaultKeepAliveTimeoutMs : Number(given);
  if (timeoutMs < 0) return url;
  const own = `keepAliveTimeout=${timeoutMs + (count % 1_000)}`;
  if (given !== undefined) return url.replace(/keepAliveTimeout=\d+/i, own);
  return `${url}${url.includes('?') ? '&' : '?'}${own}`;
}

/** Failures after which the same call can succeed: nothing was wrong with it. */
export function isTransient(error: unknown): boolean {
  if (error instanceof EventStoreUnavailable) return true;
  const type = typeOf(error);
  return type === '' ? isUnasked(error) : transientTypes.has(type);
}

/**
 * Failures that say nothing against the client: it goes to the leader by itself, and who may do what is the server's affair,
 * as is what it answers to one append among others, such as that it took too long: only the failure of a call has a code.
 */
export function isSound(error: unknown): boolean {
  const type = typeOf(error);
  return soundTypes.has(type) || (type !== '' && (error as { code?: unknown }).code === undefined);
}

/** What a failure is to the portal, under a message that says what has failed. */
export function asUnavailable(error: unknown, message: string): unknown {
  return isTransient(error) ? new EventStoreUnavailable(`${message}: ${reasonOf(error)}`, { cause: error }) : error;
}

export function typeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'type' in error ? String(error.type) : '';
}

/** What went wrong, in words: a refusal in a batch comes without any but its type. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.startsWith(unnamed) ? message.slice(unnamed.length) : message) || typeOf(error);
}

/** What the client puts before the words of an answer to an append that it has no type for. */
const unnamed = 'Could not recognize ';

/**
 * Whether a call failed before it was made: the client's question for the server's features fails with what gRPC says, as
 * it is, and its search for a node of a cluster with an error that has nothing but words.
 */
function isUnasked(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && typeof error.code === 'number') || error.message.startsWith('Failed to discover');
}

const soundTypes: ReadonlySet<string> = new Set([ErrorType.NOT_LEADER, ErrorType.ACCESS_DENIED]);

const transientTypes: ReadonlySet<string> = new Set([
  ...soundTypes,
  ErrorType.UNAVAILABLE,
  ErrorType.CANCELLED,
  ErrorType.TIMEOUT,
  ErrorType.DEADLINE_EXCEEDED,
  // What the client makes of a connection reset in mid-call.
  ErrorType.UNKNOWN,
]);
