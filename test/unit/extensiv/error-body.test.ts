import { describe, expect, it } from 'vitest';
import { errorSummary } from '../../../src/adapters/extensiv/error-body.js';

describe('what is told of a refusal', () => {
  it('is its code, and the SKUs and fields it is about', () => {
    expect(errorSummary({ error: 'invalid_request' })).toBe('invalid_request');
    const details = [
      { sku: 'A-1', requested: 2 },
      { field: '/shipping_address/zip', message: 'Ada Buyer, 83702?' },
    ];
    expect(errorSummary({ error: 'unknown_sku', message: 'Ada Buyer', details })).toBe(
      'unknown_sku (A-1, /shipping_address/zip)',
    );
  });

  it.each([
    undefined,
    null,
    'error',
    [],
    { error: 7 },
    { error: 'No such zip code: 83702, Ada Buyer' },
    { message: 'Ada' },
  ])('is nothing for %j', (body) => {
    expect(errorSummary(body)).toBeUndefined();
  });

  it('is no longer than a line', () => {
    const details = Array.from({ length: 500 }, (_, index) => ({ sku: `SKU-${index}` }));
    expect(errorSummary({ error: 'unknown_sku', details })?.length).toBeLessThan(200);
  });
});
