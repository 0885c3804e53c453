import { readFileSync } from 'node:fs';
import { messageOf } from './commands/failures.js';
import { brokenRules } from './config/rules.js';
import type { Variable } from './config/variable.js';
import { type Config, variables } from './config/variables.js';

export { type Config, variables };

/** Every problem of the environment at once, one line each. The process exits with status 2. */
export class InvalidConfig extends Error {
  override readonly name = 'InvalidConfig';
  constructor(readonly problems: readonly string[]) {
    super(['The configuration is not usable:', ...problems.map((problem) => `  - ${problem}`)].join('\n'));
  }
}

/**
 * Reads the environment. `NAME_FILE` names a file that holds the value of `NAME`.
 *
 * @throws InvalidConfig naming every variable that is missing or breaks its rule
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries<Variable<unknown>>(variables)) {
    try {
      values[name] = variable.parse(rawValue(env, name, variable.required));
    } catch (error) {
      problems.push(`${name} ${messageOf(error)}`);
    }
  }
  const config = values as Config;
  problems.push(...brokenRules(config));
  if (problems.length > 0) throw new InvalidConfig(problems);
  return config;
}

function rawValue(env: NodeJS.ProcessEnv, name: string, required: boolean): string | undefined {
  const file = env[`${name}_FILE`];
  const raw = file ? fileText(file) : env[name];
  if (file && raw === '' && required) throw new Error(`is missing: ${file} is empty`);
  return raw === undefined || raw === '' ? undefined : raw;
}

function fileText(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new Error(`cannot be read: ${messageOf(error)}`);
  }
}
