import { describe, expect, it } from 'vitest';
import { readItem } from '../../../src/adapters/extensiv/item.js';

const documented = {
  sku: 'VTH-OIL-0001',
  product_name: 'CBD Oil',
  brand: 'VitalHemp',
  quantity_available: 12,
  price: 24.99,
  thc_content: '0.2%',
  batch_number: 'B-1',
  coa_url: 'https://coa.example.com/1.pdf',
  description: 'Oil',
};

const mapped = {
  sku: 'VTH-OIL-0001',
  name: 'CBD Oil',
  brand: 'VitalHemp',
  description: 'Oil',
  price: 2499,
  currency: 'USD',
  quantity: 12,
  thc: '0.2%',
  batchNumber: 'B-1',
  coaLink: 'https://coa.example.com/1.pdf',
};

const read = (change: Record<string, unknown> = {}) => readItem({ ...documented, ...change }, 'USD');

describe('an inventory item', () => {
  it('is mapped as the guide says', () => {
    expect(read()).toEqual({ ok: true, item: mapped });
  });

  it('may use the other names', () => {
    const { brand, price, thc_content, batch_number, coa_url, ...rest } = documented;
    const alternative = {
      ...rest,
      manufacturer: brand,
      unit_price: price,
      thc_mg: thc_content,
      lot_number: batch_number,
      certificate_url: coa_url,
      a_field_nobody_knows: { deep: true },
    };
    expect(readItem(alternative, 'USD')).toEqual({ ok: true, item: mapped });
  });

  it('may leave the first name empty and use the second', () => {
    expect(read({ brand: null, manufacturer: 'VitalHemp', price: '', unit_price: '24.99' })).toEqual({
      ok: true,
      item: mapped,
    });
  });

  it.each([
    ['brand', { brand: ' \t', manufacturer: 'VitalHemp' }],
    ['brand', { brand: { name: 'VitalHemp' }, manufacturer: 'VitalHemp' }],
    ['price', { price: ' ', unit_price: 24.99 }],
    ['THC content', { thc_content: ' ', thc_mg: '0.2%' }],
    ['lot', { batch_number: '\n', lot_number: 'B-1' }],
    ['certificate', { coa_url: ' ', certificate_url: 'https://coa.example.com/1.pdf' }],
  ])('takes its %s from the second name when the first holds only blanks or no text', (_what, change) => {
    expect(read(change)).toEqual({ ok: true, item: mapped });
  });

  it.each([{ brand: undefined }, { brand: null, manufacturer: '' }, { brand: ' ', manufacturer: ' ' }, { brand: [] }])(
    'with %j is sold as unbranded',
    (change) => {
      expect(read(change)).toEqual({ ok: true, item: { ...mapped, brand: 'Unbranded' } });
    },
  );

  it.each([
    ['HTTP://coa.example.com/1.pdf', 'HTTP://coa.example.com/1.pdf'],
    ['/certificates/1.pdf', '/certificates/1.pdf'],
    ['javascript:alert(1)', null],
    ['java\tscript:alert(1)', null],
    ['data:text/html,hello', null],
    ['view-source:https://coa.example.com/1.pdf', null],
    [7, '7'],
    [' ', null],
  ])('links %j as %j', (coa_url, coaLink) => {
    expect(read({ coa_url })).toMatchObject({ ok: true, item: { coaLink } });
  });

  it.each([
    [24.99, 2499],
    ['24.99', 2499],
    ['24.9900', 2499],
    [0.1, 10],
    ['1234567.05', 123456705],
    [0, 0],
    // 1.1 * 100 is 110.00000000000001 in floating point, and 4.35 * 100 is 434.99999999999994.
    [1.1, 110],
    [4.35, 435],
  ])('costs %j, which is %i cents', (price, cents) => {
    expect(read({ price })).toMatchObject({ ok: true, item: { price: cents } });
  });

  it.each([
    [0, 0],
    [12, 12],
    ['12', 12],
    ['120.00', 120],
    ['0', 0],
  ])('is there in a quantity of %j, which is %i', (quantity_available, quantity) => {
    expect(read({ quantity_available })).toMatchObject({ ok: true, item: { quantity } });
  });

  it('has a SKU of up to 200 characters', () => {
    expect(read({ sku: 'A'.repeat(200) })).toMatchObject({ ok: true, item: { sku: 'A'.repeat(200) } });
  });

  it.each([
    [0, '0'],
    [1.8, '1.8'],
    ['  0.3% ', '0.3%'],
    [null, null],
    ['', null],
    [{}, null],
  ])('has a THC content of %j, which reads %j', (thc_content, thc) => {
    expect(read({ thc_content })).toMatchObject({ ok: true, item: { thc } });
  });

  it('has names and numbers that an index can hold', () => {
    const long = 'x'.repeat(3_000);
    const change = { product_name: long, brand: long, batch_number: long, thc_content: long };
    const cut = 'x'.repeat(500);
    expect(read(change)).toMatchObject({ item: { name: cut, brand: cut, batchNumber: cut, thc: cut } });
  });

  it('keeps its SKU for a name when it has none', () => {
    expect(read({ product_name: ' ' })).toMatchObject({ ok: true, item: { name: 'VTH-OIL-0001' } });
  });

  it('loses what no database can store', () => {
    expect(read({ description: 'a\0b\ud800c😀' })).toMatchObject({ ok: true, item: { description: 'abc😀' } });
    const cut = { ok: true, item: { description: 'x'.repeat(1_999) } };
    expect(read({ description: `${'x'.repeat(1_999)}😀` }), 'half a pair at the cut').toMatchObject(cut);
  });

  it.each([
    ['no sku', { sku: undefined }, null],
    ['no sku', { sku: '   ' }, null],
    ['no sku', { sku: ['A'] }, null],
    ['sku longer than 200', { sku: 'A'.repeat(201) }, null],
    ['no quantity', { quantity_available: undefined }, 'VTH-OIL-0001'],
    ['no quantity', { quantity_available: 'many' }, 'VTH-OIL-0001'],
    ['negative quantity', { quantity_available: -1 }, 'VTH-OIL-0001'],
    ['negative quantity', { quantity_available: '-3' }, 'VTH-OIL-0001'],
    ['fractional quantity', { quantity_available: 0.5 }, 'VTH-OIL-0001'],
    ['fractional quantity', { quantity_available: '1.25' }, 'VTH-OIL-0001'],
    ['quantity too large', { quantity_available: 1e18 }, 'VTH-OIL-0001'],
  ])('is refused with %s', (reason, change, sku) => {
    expect(read(change)).toEqual({ ok: false, sku, reason });
  });

  it.each(['', ' ', '12 pcs', '~12', '1e3', '1,000', '12.', true, null, [], [12], Number.NaN])(
    'is refused with a quantity of %j',
    (quantity_available) => {
      expect(read({ quantity_available })).toEqual({ ok: false, sku: 'VTH-OIL-0001', reason: 'no quantity' });
    },
  );

  it.each([undefined, null, '', 'free', '-1.00', -1, '1,50', '1e3', 1e30, '12.345', true, []])(
    'is refused with a price of %j',
    (price) => {
      expect(read({ price })).toMatchObject({
        ok: false,
        sku: 'VTH-OIL-0001',
        reason: expect.stringMatching(/^price: /),
      });
    },
  );

  it.each([null, 7, 'item', [documented]])('is refused when it is %j', (raw) => {
    expect(readItem(raw, 'USD')).toEqual({ ok: false, sku: null, reason: 'not an object' });
  });
});
