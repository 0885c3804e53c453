import { defineConfig } from 'vitest/config';

const servers = ['test/support/postgres.ts', 'test/support/fetch-redis.ts'];

/**
 * Three projects, by how long a test may take and whether it needs servers. Not one per folder: each project loads and
 * transpiles everything by itself.
 */
const kinds = {
  unit: { folders: ['unit'], timeout: 5_000, globalSetup: [] },
  servers: { folders: ['property', 'contract', 'integration'], timeout: 60_000, globalSetup: servers },
  portal: { folders: ['e2e', 'faults'], timeout: 180_000, globalSetup: servers },
} as const;

export default defineConfig({
  test: {
    // For two cores: tests wait about half of their time, and with still more workers real servers miss their time-outs.
    maxWorkers: 3,
    // Loading the libraries takes longer than most files' tests: a worker does it once. No module of ours keeps state.
    isolate: false,
    // By default a state is waited for one second, which a busy machine may need for a single look.
    expect: { poll: { timeout: 30_000 } },
    projects: Object.entries(kinds).map(([name, kind]) => ({
      extends: true as const,
      test: {
        name,
        include: kind.folders.map((folder) => `test/${folder}/**/*.test.ts`),
        globalSetup: [...kind.globalSetup],
        testTimeout: kind.timeout,
        hookTimeout: 60_000,
      },
    })),
  },
});
