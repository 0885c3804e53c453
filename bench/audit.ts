import { type BenchOptions, type BenchRow, type Round, repeated } from './row.js';
import { perSecond, storeProcess, withSeededStack } from './seeded-stack.js';
import { seedStore } from './workload/seed.js';

const usualEvents = 200_000;
const rounds = 3;

/** Measures `audit verify` of a whole store with its read models, beside the bare client reading the same events. */
export function benchAudit({ events = usualEvents }: BenchOptions): Promise<BenchRow[]> {
  return withSeededStack(
    ['postgres', 'redis', 'eventstoredb'],
    (folder) => seedStore(folder, events),
    async (stack) => {
      await storeProcess(stack, 'rebuild');
      const measured: Round[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const referenceValue = perSecond(await storeProcess(stack, 'read'));
        measured.push({ value: perSecond(await storeProcess(stack, 'audit')), referenceValue });
      }
      const name = `audit verify, ${events.toLocaleString('en')} events`;
      return [repeated({ name, unit: '1/s', reference: 'bare client reading', goal: 'at least 0.5' }, measured)];
    },
  );
}
