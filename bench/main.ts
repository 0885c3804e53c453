import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import Table from 'cli-table3';
import { benchEventStoreDb } from './eventstoredb.js';
import { benchPoll } from './poll.js';
import { benchPortal } from './portal.js';
import type { BenchRow } from './row.js';
import { benchSync } from './sync.js';

/** `npm run bench [-- NAME ...]`: runs the named benchmarks, or all, and writes bench/results.json. */
const benchmarks: Readonly<Record<string, () => Promise<BenchRow[]>>> = {
  eventstoredb: benchEventStoreDb,
  portal: benchPortal,
  sync: benchSync,
  poll: benchPoll,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in benchmarks));
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}; there are ${Object.keys(benchmarks).join(', ')}`);
  process.exit(2);
}

const results: Record<string, BenchRow[]> = {};
for (const [name, run] of Object.entries(benchmarks)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.error(`running ${name} …`);
  results[name] = await run();
}

const table = new Table({
  head: ['benchmark', 'value', 'reference', 'ratio', 'goal'],
  style: { head: [], border: [] },
});
for (const row of Object.values(results).flat()) {
  table.push([
    row.name,
    `${round(row.value)} ${row.unit}`,
    `${round(row.referenceValue)} ${row.reference}`,
    row.ratio.toFixed(2) +
      (row.spread === undefined ? '' : ` (${row.spread.map((end) => end.toFixed(2)).join(' to ')})`),
    row.goal ?? '',
  ]);
}
console.log(table.toString());
const machine = { node: process.version, cpus: cpus().length, cpu: cpus()[0]?.model ?? 'unknown' };
writeFileSync('bench/results.json', `${JSON.stringify({ machine, results }, null, 2)}\n`);

function round(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3);
}
