import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's folder, whether this runs from the sources or from `dist/`. */
export const projectRoot = findProjectRoot(path.dirname(fileURLToPath(import.meta.url)));

/**
 * The compiled entry of one of the project's own programs.
 *
 * @param source path below the project root without extension, e.g. `embedded/mail/main`
 */
export function programPath(source: string): string {
  return path.join(projectRoot, 'dist', `${source}.js`);
}

function findProjectRoot(folder: string): string {
  if (existsSync(path.join(folder, 'package.json'))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error('The launcher must lie inside the project: no package.json found above it.');
  return findProjectRoot(parent);
}
