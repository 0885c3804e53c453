import { InvalidArgumentError, Option } from 'commander';
import { instantOf } from '../domain/shared/instant.js';
import { CliError, exitCodes } from './exit-codes.js';

/** Longer lists are for --json and a filter. */
const maxLimit = 10_000;

/** The value of `--limit`. @throws CliError when it is none */
export function limitOf(given: string): number {
  const limit = Number(given);
  if (Number.isInteger(limit) && limit > 0 && limit <= maxLimit) return limit;
  throw new CliError(`--limit must be a whole number from 1 to ${maxLimit}, not "${given}"`, exitCodes.misused);
}

/** An option whose value is one of a few words: its help lists them, and a shell completes them. */
export function choice(flags: string, about: string, words: readonly string[]): Option {
  return new Option(flags, about).choices(words);
}

/** A value that must be one of a few words. @throws CliError when it is not */
export function oneOf<Word extends string>(option: string, given: string, words: readonly Word[]): Word {
  const word = words.find((candidate) => candidate === given);
  if (word === undefined) {
    throw new CliError(`${option} must be one of ${words.join(', ')}, not "${given}"`, exitCodes.misused);
  }
  return word;
}

/** The name of a projection, one of these. @throws CliError when it is not */
export function projectionOf(given: string, names: readonly string[]): string {
  if (names.includes(given)) return given;
  throw new CliError(`there is no such projection: ${given}; there are ${names.join(', ')}`, exitCodes.misused);
}

/** The projections that a name, or `all`, stands for. @throws CliError when there is none of that name */
export function projectionsOf(given: string, names: readonly string[]): readonly string[] {
  return given === 'all' ? names : [projectionOf(given, names)];
}

/** A number of things. @throws InvalidArgumentError when it is none */
export function countOf(given: string): number {
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw new InvalidArgumentError('It must be a whole number.');
}

/** The value of `--reason`: what is recorded must say something. @throws InvalidArgumentError when it is blank */
export function reasonOf(given: string): string {
  const reason = given.trim();
  if (reason === '') throw new InvalidArgumentError('It must not be blank.');
  return reason;
}

/** The value of `--digest`, of which a part is not enough. @throws InvalidArgumentError when it is none */
export function digestOf(given: string): string {
  if (/^[0-9a-f]{64}$/i.test(given)) return given.toLowerCase();
  throw new InvalidArgumentError('It must be 64 hexadecimal characters, as `audit seal` shows them.');
}

/** A date or moment as ISO 8601 UTC with milliseconds. @throws CliError when it is none */
export function timeOf(option: string, given: string): string {
  const time = instantOf(given);
  if (time !== null) return time;
  throw new CliError(
    `${option} must be a date or a time, such as 2026-03-01T09:30:00Z, not "${given}"`,
    exitCodes.misused,
  );
}

/** The same for a time that is to come. @throws CliError when it is none, or has passed */
export function futureOf(option: string, given: string): string {
  const time = timeOf(option, given);
  if (Date.parse(time) > Date.now()) return time;
  throw new CliError(`${option} must be in the future, and ${time} is not`, exitCodes.misused);
}
