import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Imports a TypeScript module of the project with all it needs, so that no build has to be up to date. */
export async function load(file) {
  const cache = path.join(root, '.cache');
  mkdirSync(cache, { recursive: true });
  // Inside the project, where the packages it imports are found; a folder of its own, for several may load at once.
  const folder = mkdtempSync(path.join(cache, 'load-'));
  const outfile = path.join(folder, 'module.mjs');
  try {
    await build({
      entryPoints: [path.join(root, file)],
      outfile,
      bundle: true,
      packages: 'external',
      format: 'esm',
      platform: 'node',
      target: 'node20',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
