import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { codeOf, messageOf } from '../commands/failures.js';
import { variables } from '../config.js';
import { CliError, exitCodes } from './exit-codes.js';

/** Which installation is meant: a given one of these decides against any other installation. */
const storeVariables = ['EVENTSTORE_URL', 'DATABASE_URL', 'REDIS_URL'] as const;

/**
 * The environment the CLI works in: what is set, and for the rest what the last `npm start` used, as its launcher left
 * it in `portal.env` of the data folder.
 *
 * @throws CliError when that file speaks of other stores than the environment, or cannot be read
 */
export function cliEnvironment(env: NodeJS.ProcessEnv, dataDir?: string): NodeJS.ProcessEnv {
  const folder = path.resolve(dataDir ?? (env.DATA_DIR || '.data'));
  const file = path.join(folder, 'portal.env');
  const given = onlySet(env);
  if (storeVariables.every((name) => given[name] || given[`${name}_FILE`])) return given;
  const kept = readKept(file);
  if (!kept) return given;
  const foreign = storeVariables.filter((name) => given[`${name}_FILE`] || (given[name] && given[name] !== kept[name]));
  if (foreign.length > 0) {
    throw new CliError(
      `${foreign.join(', ')} is set, and ${file} is of another installation: set the variables of all stores ` +
        `(${storeVariables.join(', ')}), or none`,
      exitCodes.misused,
    );
  }
  return { ...kept, ...given };
}

function readKept(file: string): Record<string, string> | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && codeOf(error) === 'ENOENT') return null;
    throw new CliError(`cannot read ${file}: ${messageOf(error)}`, exitCodes.misused);
  }
  return Object.fromEntries(Object.entries(onlySet(parseEnv(text))).filter(([name]) => Object.hasOwn(variables, name)));
}

/** `VAR= npm run portal` means the same as leaving it out. */
function onlySet(env: NodeJS.Dict<string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
}
