/** Part of the random cases to try; `RANDOM_SHARE=10 npx vitest run test/property` looks ten times as far as CI. */
const share = Number(process.env.RANDOM_SHARE ?? (process.env.CI ? 1 : 0.25));

/**
 * How many random cases a test tries. At the desk a quarter will do: they are others with every run, and the suite runs
 * many times a day. Not for a test that counts on every kind of case to come up.
 *
 * @param inCi how many it tries in CI
 */
export function randomRuns(inCi: number): number {
  return Math.max(1, Math.round(inCi * share));
}

/** For a random test of many steps per case, or of many cases, milliseconds: whoever looks further waits longer. */
export const randomTimeoutMs = 120_000 * Math.max(1, share);
