import { defineConfig } from 'vitest/config';

/** One project per kind of test; the kinds differ in what they may touch (see CONTRIBUTING.md). */
const kinds = {
  unit: { timeout: 5_000, parallel: true },
  property: { timeout: 60_000, parallel: true },
  contract: { timeout: 60_000, parallel: true },
  integration: { timeout: 60_000, parallel: true },
  e2e: { timeout: 180_000, parallel: false },
  faults: { timeout: 180_000, parallel: false },
} as const;

export default defineConfig({
  test: {
    // Two cores: more workers than that only make real servers miss their time-outs.
    maxWorkers: 2,
    projects: Object.entries(kinds).map(([name, kind]) => ({
      extends: true as const,
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        testTimeout: kind.timeout,
        hookTimeout: 60_000,
        fileParallelism: kind.parallel,
      },
    })),
  },
});
