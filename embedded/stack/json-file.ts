import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Reads a JSON object from a file; a missing or damaged file counts as empty, since all of them can be made anew. */
export function readJsonObject(file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}

/** Replaces a JSON file in one step, so that a kill at any moment leaves the old or the new content. Mode 600. */
export function writeJson(file: string, value: unknown): void {
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}
