import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { CliError, exitCodes } from './exit-codes.js';

/**
 * The value of `--out`, a file that is written under another name until it is whole: what the system says of a missing
 * folder would name that one.
 *
 * @throws CliError naming the folder that is missing or cannot be written
 */
export function outFileOf(given: string): string {
  const file = path.resolve(given);
  const folder = path.dirname(file);
  const fault = folderFault(folder) ?? (isFolder(file) ? `${file} is a folder` : null);
  if (fault !== null) throw new CliError(`--out ${given}: ${fault}`, exitCodes.misused);
  return given;
}

function folderFault(folder: string): string | null {
  if (!isFolder(folder)) return `there is no folder ${folder}`;
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return null;
  } catch {
    return `the folder ${folder} cannot be written`;
  }
}

function isFolder(place: string): boolean {
  try {
    return statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    // What is above it is a file.
    return false;
  }
}
