import { describe, expect, it } from 'vitest';
import { readRetryAfter, retryDelay } from '../../../src/adapters/extensiv/retry-schedule.js';

const never = () => 0;
const always = () => 0.999_999;

describe('the delay before a repeat', () => {
  it('is 1, 2 and 4 seconds, and a little more', () => {
    expect([1, 2, 3].map((repeat) => retryDelay(repeat, 1000, undefined, never))).toEqual([1000, 2000, 4000]);
    for (const repeat of [1, 2, 3]) {
      const least = 1000 * 2 ** (repeat - 1);
      expect(retryDelay(repeat, 1000, undefined, always)).toBeGreaterThan(least);
      expect(retryDelay(repeat, 1000, undefined, always)).toBeLessThanOrEqual(least + 100);
    }
  });

  it('is what the warehouse asks for, even when that is shorter', () => {
    expect(retryDelay(3, 1000, 2500, never)).toBe(2500);
    expect(retryDelay(3, 1000, 50, never)).toBe(50);
  });

  it('is the usual one when the warehouse asks for none', () => {
    expect(retryDelay(2, 1000, 0, never)).toBe(2000);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-03-01T09:00:00Z');

  it.each([
    ['7', 7000],
    ['30', 30_000],
    [' 0 ', 0],
    ['Sun, 01 Mar 2026 09:00:05 GMT', 5000],
    ['Sun, 01 Mar 2026 08:00:00 GMT', 0],
    ['86400', 60_000],
    ['Mon, 02 Mar 2026 09:00:00 GMT', 60_000],
    ['soon', undefined],
    ['7 seconds', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %s milliseconds', (header, expected) => {
    expect(readRetryAfter(header, undefined, now)).toBe(expected);
  });

  it('with a date counts from the date of the answer, whatever our clock says', () => {
    const sent = 'Sun, 01 Mar 2026 09:00:00 GMT';
    for (const minutes of [-5, 0, 5]) {
      const ours = now + minutes * 60_000;
      expect(readRetryAfter('Sun, 01 Mar 2026 09:00:05 GMT', sent, ours)).toBe(5_000);
      expect(readRetryAfter('7', sent, ours)).toBe(7_000);
    }
    expect(readRetryAfter('Sun, 01 Mar 2026 09:00:05 GMT', 'yesterday', now)).toBe(5_000);
  });

  it.each(['UTC', 'America/New_York', 'Australia/Lord_Howe'])('is in UTC in every form, also in %s', (zone) => {
    const before = process.env.TZ;
    process.env.TZ = zone;
    try {
      for (const date of [
        'Sun, 01 Mar 2026 09:00:05 GMT',
        'Sunday, 01-Mar-26 09:00:05 GMT',
        'Sun Mar  1 09:00:05 2026',
      ])
        expect(readRetryAfter(date, undefined, now), date).toBe(5_000);
    } finally {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    }
  });
});
