import type { Round } from './row.js';

/** How long one thing takes, beside another, in turn so that both meet the same machine. */
export async function timedInTurn(
  options: { rounds: number; times: number; percentile: number },
  work: () => Promise<unknown>,
  reference: () => Promise<unknown>,
): Promise<Round[]> {
  const measured: Round[] = [];
  // The first round is not counted: it fills caches and compiles.
  for (let round = 0; round <= options.rounds; round += 1) {
    const values: number[] = [];
    const references: number[] = [];
    for (let time = 0; time < options.times; time += 1) {
      references.push(await milliseconds(reference));
      values.push(await milliseconds(work));
    }
    const { percentile } = options;
    const result = { value: at(percentile, values), referenceValue: at(percentile, references) };
    if (round > 0) measured.push(result);
  }
  return measured;
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function at(percentile: number, values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percentile) / 100))] ?? Number.NaN;
}
