// Transpiles every TypeScript source into dist/, keeping the folder layout. Types are checked by `npm run check`.
import { cpSync, existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const roots = ['src', 'embedded', 'bench'];
const outdir = 'dist';
/**
 * Libraries that come as hundreds of ES modules without dependencies. Node finds, reads and links each by itself, which
 * takes a good part of the start of every program; here each library becomes a file or two.
 */
const joined = /^(typebox|stripe|jose)(\/|$)/;
const libraries = path.resolve(outdir, 'libraries');
const common = { format: 'esm', platform: 'node', target: 'node20', logLevel: 'warning' };

const imported = new Set();
const files = roots.filter((root) => existsSync(root)).flatMap((root) => listFiles(root));
await build({
  ...common,
  entryPoints: files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts')),
  outdir,
  outbase: '.',
  sourcemap: 'linked',
  bundle: true,
  plugins: [{ name: 'file by file', setup: ({ onResolve }) => onResolve({ filter: /./ }, resolveImport) }],
});
await build({
  ...common,
  entryPoints: [...imported].map((name) => ({ in: name, out: name })),
  outdir: libraries,
  bundle: true,
  splitting: true,
});
// Assets that code reads beside itself: templates, pages, SQL.
for (const file of files.filter((file) => !file.endsWith('.ts'))) {
  cpSync(file, path.join(outdir, file), { recursive: true });
}

/** Every import stays as it is written, but for those of joined libraries. */
function resolveImport({ kind, path: name, resolveDir }) {
  if (kind === 'entry-point') return undefined;
  if (!joined.test(name)) return { path: name, external: true };
  imported.add(name);
  const importer = path.resolve(outdir, path.relative('.', resolveDir));
  return { path: path.relative(importer, path.join(libraries, `${name}.js`)), external: true };
}

function listFiles(folder) {
  return readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    return statSync(file).isDirectory() ? listFiles(file) : [file];
  });
}
