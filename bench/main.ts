import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { benchAudit } from './audit.js';
import { benchEventStoreDb } from './eventstoredb.js';
import { benchHistory } from './history.js';
import { benchHotSku } from './hot-sku.js';
import { benchPages } from './pages.js';
import { benchPoll } from './poll.js';
import { benchPortal } from './portal.js';
import { benchReads } from './reads.js';
import { benchRebuild } from './rebuild.js';
import { benchRoles } from './roles.js';
import type { BenchOptions, BenchRow } from './row.js';
import { benchStock } from './stock.js';
import { benchSync } from './sync.js';
import { benchWebhooks } from './webhooks.js';

/** `npm run bench [-- NAME ... --events N]`: runs the named benchmarks, or all, and writes bench/results.json. */
const benchmarks: Readonly<Record<string, (options: BenchOptions) => Promise<BenchRow[]>>> = {
  eventstoredb: benchEventStoreDb,
  portal: benchPortal,
  reads: benchReads,
  stock: benchStock,
  sync: benchSync,
  poll: benchPoll,
  webhooks: benchWebhooks,
  'hot-sku': benchHotSku,
  roles: benchRoles,
  rebuild: benchRebuild,
  audit: benchAudit,
  pages: benchPages,
  history: benchHistory,
};

const { positionals: wanted, values } = parseArgs({
  allowPositionals: true,
  options: { events: { type: 'string' } },
});
const unknown = wanted.filter((name) => !(name in benchmarks));
const events = values.events === undefined ? undefined : Number(values.events);
if (unknown.length > 0 || (events !== undefined && !(Number.isInteger(events) && events >= 10_000))) {
  const problem = unknown.length > 0 ? `unknown: ${unknown.join(', ')}` : '--events is a whole number from 10000 on';
  console.error(`${problem}; there are ${Object.keys(benchmarks).join(', ')}`);
  process.exit(2);
}

const results: Record<string, BenchRow[]> = {};
for (const [name, run] of Object.entries(benchmarks)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.error(`running ${name} …`);
  results[name] = await run(events === undefined ? {} : { events });
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
