import { expect, it } from 'vitest';
import { asBrandId, asOrderId } from '../../../src/domain/shared/ids.js';
import { payoutCsv } from '../../../src/http/routes/payout-csv.js';
import type { PayoutEntry } from '../../../src/projections/views.js';
import { collect } from '../../support/collect.js';

const entry: PayoutEntry = {
  orderId: asOrderId('o1'),
  orderNumber: 'VL-1',
  brandId: asBrandId('b1'),
  brand: 'Brand',
  kind: 'allocation',
  gross: 1_000,
  brandShare: 700,
  platformShare: 300,
  currency: 'USD',
  at: '2026-03-01T09:05:00.000Z',
};

async function* these(...changes: Partial<PayoutEntry>[]) {
  for (const change of changes) yield { ...entry, ...change };
}

async function rowsOf(...changes: Partial<PayoutEntry>[]): Promise<string[][]> {
  const [, ...lines] = await collect(payoutCsv(these(...changes)));
  return lines.map((line) => line.trimEnd().split(','));
}

it('ends with the totals of each currency, in the order of their names', async () => {
  const rows = await rowsOf({}, { currency: 'EUR' }, { currency: 'JPY' }, { gross: -200, kind: 'reversal' });
  expect(rows.slice(-3).map((row) => row.slice(5))).toEqual([
    ['total', '10.00', '7.00', '3.00', 'EUR'],
    ['total', '1000', '700', '300', 'JPY'],
    ['total', '8.00', '14.00', '6.00', 'USD'],
  ]);
});

it.each([
  ['=A1', "'=A1"],
  ['-5 apples', "'-5 apples"],
  ['-5', '-5'],
  ['A=1', 'A=1'],
])('writes the name %s as %s, which no spreadsheet takes for a formula', async (brand, written) => {
  expect((await rowsOf({ brand }))[0]?.[4]).toBe(written);
});
