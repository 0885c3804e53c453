import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { readKeptJsonObject, writeJson } from './json-file.js';
import { StackError } from './types.js';

/** Generated credentials that stay the same from start to start. */
export interface Secrets {
  /** The secret of that name, made on first use; `prefix` goes before the random part. */
  get(name: string, prefix?: string): string;
  /** The key of that name, 32 bytes in base64, made on first use. */
  key(name: string): string;
}

/** Random bytes in a secret: 192 bits, beyond guessing, and 32 characters that need no quoting in a URL. */
const secretBytes = 24;
const keyBytes = 32;

/**
 * Opens `dataDir/secrets.json` (mode 600).
 *
 * @throws StackError when it is damaged: made anew it would lose the keys of what is stored, those of personal data too
 */
export function openSecrets(dataDir: string): Secrets {
  const file = path.join(dataDir, 'secrets.json');
  const known = readSecrets(file);
  const kept = (name: string, make: () => string) => {
    const found = known[name];
    if (typeof found === 'string' && found !== '') return found;
    const secret = make();
    known[name] = secret;
    writeJson(file, known);
    return secret;
  };
  return {
    get: (name, prefix = '') => kept(name, () => prefix + randomBytes(secretBytes).toString('base64url')),
    key: (name) => kept(name, () => randomBytes(keyBytes).toString('base64')),
  };
}

/** The parser's words would show a piece of the file. */
function readSecrets(file: string): Record<string, unknown> {
  try {
    return readKeptJsonObject(file);
  } catch (error) {
    const reason = error instanceof SyntaxError || !(error instanceof Error) ? 'it is not JSON' : error.message;
    throw new StackError(
      `${file} cannot be read: ${reason}. It holds the keys of the data beside it: mend it, or put back a copy of it.`,
    );
  }
}
