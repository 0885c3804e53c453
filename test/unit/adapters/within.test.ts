import { describe, expect, it } from 'vitest';
import { within } from '../../../src/adapters/within.js';

const never = () => new Promise<never>(() => undefined);

describe('work within a limit', () => {
  it('brings what it brings', async () => {
    await expect(within(60_000, Promise.resolve(7))).resolves.toBe(7);
    await expect(within(60_000, Promise.reject(new TypeError('broken')))).rejects.toThrow(TypeError);
  });

  it('fails when it takes longer, as its caller wants it to', async () => {
    await expect(within(5, never())).rejects.toThrow('no answer within 5 ms');
    class Away extends Error {}
    await expect(within(5, never(), Away)).rejects.toThrow(Away);
  });
});
