import { type BenchOptions, type BenchRow, type Round, row } from './row.js';
import { withStack } from './stack.js';
import { perCpuSecond, perSecond, storeProcess } from './store-report.js';
import { seedStore } from './workload/seed.js';

const usualEvents = 200_000;
const rounds = 3;

/** Measures `audit verify` of a whole, sealed store with its read models, beside the bare client reading the same events. */
export function benchAudit({ events = usualEvents }: BenchOptions): Promise<BenchRow[]> {
  return withStack(
    { parts: ['postgres', 'redis', 'eventstoredb'], seed: (folder) => seedStore(folder, events) },
    async (stack) => {
      await storeProcess(stack, 'seal');
      await storeProcess(stack, 'rebuild');
      const measured: Round[] = [];
      const byCpu: Round[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const read = await storeProcess(stack, 'read');
        const audit = await storeProcess(stack, 'verify');
        measured.push({ value: perSecond(audit), referenceValue: perSecond(read) });
        byCpu.push({ value: perCpuSecond(audit), referenceValue: perCpuSecond(read) });
      }
      const name = `audit verify, ${events.toLocaleString('en')} events`;
      const reference = 'bare client reading';
      return [
        row({ name, unit: '1/s', reference, goal: 'at least 0.5' }, ...measured),
        row({ name, unit: '1/s of processor time', reference }, ...byCpu),
      ];
    },
  );
}
