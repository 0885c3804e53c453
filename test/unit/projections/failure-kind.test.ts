import { describe, expect, it } from 'vitest';
import { failureKind } from '../../../src/projections/runtime/failure-kind.js';

describe('a failed batch', () => {
  const failure = (code: string) => Object.assign(new Error('failed'), { code });

  it('is tried again when the database was away', () => expect(failureKind(failure('08006'))).toBe('transient'));

  it('is poison after a broken rule of the table', () => expect(failureKind(failure('23505'))).toBe('poison'));

  it('is poison when the fold throws', () => expect(failureKind(new TypeError('x is undefined'))).toBe('poison'));

  it.each(['42P01', '3F000'])('asks for a rebuild after %s', (code) =>
    expect(failureKind(failure(code))).toBe('tables-missing'),
  );
});
