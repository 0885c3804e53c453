import path from 'node:path';
import { variables } from '../../src/config.js';
import { replaceFile } from './replace-file.js';

/**
 * Leaves the portal's settings in `dataDir/portal.env` (mode 600, one `NAME=value` per line), for programs that work on
 * the same installation from another terminal. Replaced in one step. Nothing but the portal's own variables is kept.
 */
export function writePortalEnv(dataDir: string, env: Readonly<Record<string, string>>): void {
  const lines = Object.entries(env)
    .filter(([name]) => names.has(name))
    .map(([name, value]) => `${name}=${quoted(value)}\n`);
  replaceFile(path.join(dataDir, 'portal.env'), lines.join(''));
}

const names: ReadonlySet<string> = new Set(Object.keys(variables).flatMap((name) => [name, `${name}_FILE`]));

/** The dotenv form knows no escapes, only three kinds of quotes; a value that holds all three cannot be written. */
function quoted(value: string): string {
  const quote = ["'", '`', '"'].find((candidate) => !value.includes(candidate)) ?? "'";
  return /^[\w./:@%+,-]*$/.test(value) ? value : `${quote}${value}${quote}`;
}
