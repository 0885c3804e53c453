import { type BenchOptions, type BenchRow, type Round, row } from './row.js';
import { withStack } from './stack.js';
import { perCpuSecond, perSecond, storeProcess } from './store-report.js';
import { seedStore } from './workload/seed.js';

const manyEvents = 1_000_000;
/** Up to so many events the measurement is row; more of them take their time, and even out by themselves. */
const fewEvents = 250_000;
const memoryLimitMiB = 400;

/**
 * Measures how fast all read models are made anew from a store of believable history, beside the bare client that reads
 * the same events and throws them away, and beside a projector that takes one transaction per event. Each works in a
 * process of its own.
 */
export function benchRebuild({ events = manyEvents }: BenchOptions): Promise<BenchRow[]> {
  return withStack(
    { parts: ['postgres', 'redis', 'eventstoredb'], seed: (folder) => seedStore(folder, events) },
    async (stack) => {
      // On a sample, and first, while the database is new.
      const oneByOne = perSecond(await storeProcess(stack, 'one-by-one'));
      const besideReading: Round[] = [];
      const byCpu: Round[] = [];
      let peakMiB = 0;
      for (let round = 0; round < (events <= fewEvents ? 3 : 1); round += 1) {
        const read = await storeProcess(stack, 'read');
        const report = await storeProcess(stack, 'rebuild');
        besideReading.push({ value: perSecond(report), referenceValue: perSecond(read) });
        byCpu.push({ value: perCpuSecond(report), referenceValue: perCpuSecond(read) });
        peakMiB = Math.max(peakMiB, report.peakResidentMiB);
      }
      const name = `rebuild of all read models, ${events.toLocaleString('en')} events`;
      const rates = besideReading.map(({ value }) => ({ value, referenceValue: oneByOne }));
      return [
        row({ name, unit: '1/s', reference: 'bare client reading', goal: 'at least 0.5' }, ...besideReading),
        row({ name, unit: '1/s of processor time', reference: 'bare client reading' }, ...byCpu),
        row({ name, unit: '1/s', reference: 'one transaction per event (12 s of it)', goal: 'at least 20' }, ...rates),
        row(
          {
            name: 'resident memory of the rebuilding process, peak',
            unit: 'MiB',
            reference: 'limit',
            goal: 'at most 1',
          },
          { value: peakMiB, referenceValue: memoryLimitMiB },
        ),
      ];
    },
  );
}
