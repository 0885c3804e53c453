// Transpiles every TypeScript source into dist/, keeping the folder layout. Types are checked by `npm run check`.
import { cpSync, existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const roots = ['src', 'embedded', 'bench'];
const outdir = 'dist';

const files = roots.filter((root) => existsSync(root)).flatMap((root) => listFiles(root));
await build({
  entryPoints: files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts')),
  outdir,
  outbase: '.',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: 'linked',
  logLevel: 'warning',
});
// Assets that code reads beside itself: templates, pages, SQL.
for (const file of files.filter((file) => !file.endsWith('.ts'))) {
  cpSync(file, path.join(outdir, file), { recursive: true });
}

function listFiles(folder) {
  return readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    return statSync(file).isDirectory() ? listFiles(file) : [file];
  });
}
