import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { readJsonObject, writeJson } from './json-file.js';

/** Generated credentials that stay the same from start to start. */
export interface Secrets {
  /** The secret of that name, made on first use; `prefix` goes before the random part. */
  get(name: string, prefix?: string): string;
}

/** Random bytes in a secret: 192 bits, beyond guessing, and 32 characters that need no quoting in a URL. */
const secretBytes = 24;

/** Opens `dataDir/secrets.json` (mode 600). */
export function openSecrets(dataDir: string): Secrets {
  const file = path.join(dataDir, 'secrets.json');
  const known = readJsonObject(file);
  return {
    get(name, prefix = '') {
      const found = known[name];
      if (typeof found === 'string' && found !== '') return found;
      const secret = prefix + randomBytes(secretBytes).toString('base64url');
      known[name] = secret;
      writeJson(file, known);
      return secret;
    },
  };
}
