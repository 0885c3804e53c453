import { existsSync, readFileSync } from 'node:fs';
import { replaceFile } from './replace-file.js';

/** Reads a JSON object from a file that can be made anew: a missing or damaged one counts as empty. */
export function readJsonObject(file: string): Record<string, unknown> {
  try {
    return parseObject(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

/**
 * Reads a JSON object from a file that nobody can make anew; a missing one counts as empty.
 *
 * @throws when the file is damaged or cannot be read
 */
export function readKeptJsonObject(file: string): Record<string, unknown> {
  if (!existsSync(file)) return {};
  return parseObject(readFileSync(file, 'utf8'));
}

function parseObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('it holds no JSON object');
  return { ...value };
}

/** Replaces a JSON file in one step. Mode 600. */
export function writeJson(file: string, value: unknown): void {
  replaceFile(file, `${JSON.stringify(value, null, 2)}\n`);
}
