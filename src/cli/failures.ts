import { InvalidConfig } from '../config.js';
import { WarehouseError } from '../processes/ports/warehouse.js';
import { type ServerAddresses, silentServer } from './silent-server.js';

/**
 * What went wrong, for the person at the terminal: the reason, and where it can be told, what to do about it.
 * @param addresses where the configuration, once it was read, looks for its servers
 */
export function explain(error: unknown, addresses?: ServerAddresses): string {
  if (!(error instanceof Error)) return String(error);
  const chain = causes(error);
  const reasons = [...new Set(chain.map(({ message }) => message).filter((message) => message !== ''))];
  const code = chain.map(codeOf).find((found) => found !== '');
  const advice = error instanceof InvalidConfig ? unset : adviceByCode[code ?? ''];
  const reason = reasons.join(': ') || code || error.name;
  if (chain.some((one) => one instanceof WarehouseError)) return `The warehouse (EXTENSIV_BASE_URL): ${reason}`;
  const server = addresses ? silentServer(reason, addresses) : null;
  return [server === null ? reason : `${server} does not answer: ${reason}`, advice].filter(Boolean).join('\n');
}

/** The same for who looks for the cause in the code. */
export function inFull(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const unset =
  'Settings come from the environment, and on one machine from the portal.env that `npm start` leaves in --data-dir.';
const unreachable = 'Is it running? On one machine `npm start` brings up everything.';
const unmigrated = 'Has the portal ever been started on this database? It makes its tables when it starts.';

const adviceByCode: Readonly<Record<string, string>> = {
  ECONNREFUSED: unreachable,
  ENOTFOUND: unreachable,
  unavailable: unreachable,
  '42P01': unmigrated,
  '3F000': unmigrated,
  '42501': 'The database user of DATABASE_URL lacks the right for this.',
};

/** Deep enough for every wrapper there is, and an end for a cause that causes itself. */
const maxCauses = 6;

function causes(error: Error): Error[] {
  const found: Error[] = [];
  for (let next: unknown = error; next instanceof Error && found.length < maxCauses; next = next.cause) {
    found.push(...(next instanceof AggregateError ? [next, ...next.errors.filter(isError)] : [next]));
  }
  return found;
}

function isError(value: unknown): value is Error {
  return value instanceof Error;
}

function codeOf(error: Error): string {
  for (const name of ['code', 'type'] as const) {
    if (name in error && typeof Reflect.get(error, name) === 'string') return String(Reflect.get(error, name));
  }
  return '';
}
