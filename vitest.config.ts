import { defineConfig } from 'vitest/config';

const postgres = 'test/support/postgres-template.ts';

/** One project per kind of test; the kinds differ in what they may touch (see CONTRIBUTING.md). */
const kinds = {
  unit: { timeout: 5_000, globalSetup: [] },
  property: { timeout: 60_000, globalSetup: [postgres] },
  contract: { timeout: 60_000, globalSetup: [postgres] },
  integration: { timeout: 60_000, globalSetup: [postgres] },
  e2e: { timeout: 180_000, globalSetup: [postgres] },
  faults: { timeout: 180_000, globalSetup: [postgres] },
} as const;

export default defineConfig({
  test: {
    // Two cores: more workers than that only make real servers miss their time-outs.
    maxWorkers: 2,
    // Loading the libraries takes longer than most files' tests: a worker does it once. No module of ours keeps state.
    isolate: false,
    projects: Object.entries(kinds).map(([name, kind]) => ({
      extends: true as const,
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        globalSetup: [...kind.globalSetup],
        testTimeout: kind.timeout,
        hookTimeout: 60_000,
      },
    })),
  },
});
