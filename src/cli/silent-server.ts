import type { Config } from '../config.js';

type ServerVariable = 'EVENTSTORE_URL' | 'DATABASE_URL' | 'REDIS_URL' | 'REDIS_CACHE_URL' | 'EXTENSIV_BASE_URL';

/** The servers that commands talk to, as people call them. */
const servers: Readonly<Record<ServerVariable, string>> = {
  EVENTSTORE_URL: 'The event store',
  DATABASE_URL: 'PostgreSQL',
  REDIS_URL: 'Redis',
  REDIS_CACHE_URL: 'The Redis of the caches',
  EXTENSIV_BASE_URL: 'The warehouse',
};

export type ServerAddresses = Pick<Config, ServerVariable>;

/** What the libraries say of a server that is not there. */
const silence = /\b(ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ETIMEDOUT)\b/;

/** What they say of one that takes a connection, or was connected to, and says nothing; no address is in it. */
const tellTales: readonly (readonly [RegExp, ServerVariable])[] = [
  [/^(reading|append to) .* failed: no answer within/, 'EVENTSTORE_URL'],
  [/\btimeout expired$|\bTimeout acquiring a connection\b/, 'DATABASE_URL'],
  [/\bCommand timed out$|\bStream isn't writeable\b|\bCluster isn't ready\b/, 'REDIS_URL'],
];

/**
 * The server of the configuration that a failed connection was meant for: the libraries name its address at most.
 * @returns null for another failure, or for an address that the configuration does not have
 */
export function silentServer(reason: string, addresses: ServerAddresses): string | null {
  const told = tellTales.find(([pattern]) => pattern.test(reason));
  if (told) return named(told[1]);
  if (!silence.test(reason)) return null;
  const meant = Object.entries(servers).filter(([variable]) =>
    authorities(addresses[variable as ServerVariable]).some((authority) => isNamed(authority, reason)),
  );
  return meant.length === 0 ? null : meant.map(([variable]) => named(variable as ServerVariable)).join(' or ');
}

function named(variable: ServerVariable): string {
  return `${servers[variable]} (${variable})`;
}

interface Authority {
  readonly host: string;
  readonly port: string;
}

const usualPorts: Readonly<Record<string, string>> = {
  'esdb:': '2113',
  'esdb+discover:': '2113',
  'postgres:': '5432',
  'postgresql:': '5432',
  'redis:': '6379',
  'rediss:': '6379',
  'http:': '80',
  'https:': '443',
};

/** Host and port of a URL, of each node where it has several. */
function authorities(url: string): Authority[] {
  const [, scheme = '', nodes = ''] = /^([a-z+]+:)\/\/(?:[^/?#]*@)?([^/?#]*)/i.exec(url) ?? [];
  return nodes.split(',').flatMap((node) => {
    const [, host, port] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(node) ?? [];
    return host ? [{ host: host.replace(/[[\]]/g, ''), port: port ?? usualPorts[scheme.toLowerCase()] ?? '' }] : [];
  });
}

/** Whether a message speaks of it: `10.0.0.5:5432` may be what a name stands for, `ENOTFOUND db.internal` has no port. */
function isNamed({ host, port }: Authority, reason: string): boolean {
  const words = reason.split(/[\s,()]+/).map((word) => word.replace(/[.:]$/, ''));
  const isName = /[a-z]/i.test(host) && !host.includes(':');
  return words.some(
    (word) =>
      word === `${host}:${port}` ||
      (isName && (word === host || (/^[\d.a-f:[\]]+$/i.test(word) && word.endsWith(`:${port}`)))),
  );
}
