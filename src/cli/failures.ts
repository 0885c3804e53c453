import { CommanderError } from 'commander';
import { InvalidConfig } from '../config.js';
import { WarehouseError } from '../processes/ports/warehouse.js';
import { type ServerAddresses, silentServer } from './silent-server.js';

/** What went wrong, as a run with `--json` tells it. */
export interface Failure {
  readonly message: string;
  /** Of the library or the system it comes from. */
  readonly code: string | null;
  /** What to do about it, where that can be told. */
  readonly hint: string | null;
  /** Each fault of the configuration, when that is what is wrong. */
  readonly problems?: readonly string[];
}

/** What went wrong, for the person at the terminal: the reason, and what to do about it. See {@link failureOf}. */
export function explain(error: unknown, addresses?: ServerAddresses): string {
  const { message, hint } = failureOf(error, addresses);
  return [message, hint].filter(Boolean).join('\n');
}

/** @param addresses where the configuration, once it was read, looks for its servers */
export function failureOf(error: unknown, addresses?: ServerAddresses): Failure {
  if (error instanceof CommanderError) return misuseOf(error);
  if (!(error instanceof Error)) return { message: String(error), code: null, hint: null };
  const chain = causes(error);
  const reasons = unrepeated(withoutQueries(chain));
  const code = chain.map(codeOf).find((found) => found !== '') ?? null;
  const reason = reasons.join(': ') || code || error.name;
  if (error instanceof InvalidConfig) return { message: reason, code, hint: unset, problems: error.problems };
  if (chain.some((one) => one instanceof WarehouseError)) {
    return { message: `The warehouse (EXTENSIV_BASE_URL): ${reason}`, code, hint: null };
  }
  const server = addresses ? silentServer(reason, addresses) : null;
  const message = server === null ? reason : `${server} does not answer: ${reason}`;
  return { message, code, hint: adviceByCode[code ?? ''] ?? null };
}

/** Commander has told people already; its words begin with `error: `, and a guess of what was meant follows below. */
function misuseOf({ message, code }: CommanderError): Failure {
  // The help that a missing command brings says nothing of its own.
  if (code === 'commander.help') return { message: 'a command is missing', code, hint: 'Add --help for the commands.' };
  const [reason = '', ...more] = message.replace(/^error: /, '').split('\n');
  return { message: reason, code, hint: more.join(' ') || 'Add --help for the options.' };
}

/** The same for who looks for the cause in the code. */
export function inFull(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const unset =
  'Settings come from the environment, and on one machine from the portal.env that `npm start` leaves in --data-dir.';
const unreachable = 'Is it running? On one machine `npm start` brings up everything.';
const unmigrated = 'Has the portal ever been started on this database? It makes its tables when it starts.';
const unknownThere = 'Correct DATABASE_URL: its user, password or database.';

const adviceByCode: Readonly<Record<string, string>> = {
  ECONNREFUSED: unreachable,
  ENOTFOUND: unreachable,
  unavailable: unreachable,
  '28000': unknownThere,
  '28P01': unknownThere,
  '3D000': unknownThere,
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

/** Without the query that stands before what PostgreSQL says of it, and is told again by who wraps that. */
function withoutQueries(chain: readonly Error[]): string[] {
  let told = chain.map(({ message }) => message.trim().replace(emptyNote, ''));
  for (const { message } of chain.filter((error) => 'severity' in error)) {
    const query = message.slice(0, message.lastIndexOf(queryEnd) + queryEnd.length);
    if (query.endsWith(queryEnd)) told = told.map((one) => one.replaceAll(query, ''));
  }
  return told;
}

const queryEnd = ' - ';
/** gRPC announces what it knows of a name it could not resolve, also where that is nothing. */
const emptyNote = /\.? Resolution note:$/;

/** Some wrappers tell what they wrap in their own words, some do not. */
function unrepeated(messages: readonly string[]): string[] {
  const told = messages.filter((message) => message !== '');
  return told.filter((message, index) => !told.slice(0, index).some((earlier) => earlier.includes(message)));
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
