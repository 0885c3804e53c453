import { describe, expect, it } from 'vitest';
import { EventStoreUnavailable } from '../../../src/commands/event-store.js';
import { isTransient, messageOf } from '../../../src/commands/failures.js';

describe('a failed call', () => {
  const failure = (code: string) => Object.assign(new Error('failed'), { code });

  it.each([
    ...['40001', '40P01', '53100', '57014', '57P01', '08006', '55P03'],
    ...['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'EMFILE'],
  ])('may succeed later after %s', (code) => expect(isTransient(failure(code))).toBe(true));

  it('may succeed later when the event store is away', () =>
    expect(isTransient(new EventStoreUnavailable('away'))).toBe(true));

  it('may succeed later when the pool had no connection in time', () =>
    expect(isTransient(new Error('timeout expired'))).toBe(true));

  it.each(['22P05', '23505', '23502', '42P01'])('fails again after %s', (code) =>
    expect(isTransient(failure(code))).toBe(false),
  );

  it('is told without the statement that failed', () => {
    const refused = Object.assign(new Error('insert into "t" (a - b) - unsupported Unicode escape sequence'), {
      severity: 'ERROR',
    });
    expect(messageOf(refused)).toBe('unsupported Unicode escape sequence');
    expect(messageOf(new Error('a fold - and its reason'))).toBe('a fold - and its reason');
  });
});
