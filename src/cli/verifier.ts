import { readFile } from 'node:fs/promises';
import { createVerifier, readPublicKeys, type Verifier } from '../audit/signing.js';
import { messageOf } from '../commands/failures.js';
import { CliError, exitCodes } from './exit-codes.js';

/** Of the public keys in the file that `--key` names. @throws CliError when it has none */
export async function verifierFrom(file: string): Promise<Verifier> {
  try {
    return createVerifier(readPublicKeys(await readFile(file, 'utf8')));
  } catch (error) {
    throw new CliError(`--key ${file}: ${messageOf(error)}`, exitCodes.misused);
  }
}
