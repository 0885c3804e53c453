import { defineConfig } from 'vitest/config';

/** One project per kind of test; the kinds differ in what they may touch (see CONTRIBUTING.md). */
const kinds = {
  unit: { timeout: 5_000 },
  property: { timeout: 60_000 },
  contract: { timeout: 60_000 },
  integration: { timeout: 60_000 },
  e2e: { timeout: 180_000 },
  faults: { timeout: 180_000 },
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
      },
    })),
  },
});
