import { expect, it } from 'vitest';
import { told } from '../../../src/cli/readable-changes.js';

it('a change is one line, and as many as it takes where much has come at once', () => {
  expect(told({ path: 'status', from: 'paid', to: 'exported' })).toEqual(['status: paid → exported']);
  expect(told({ path: 'paidAt', from: null, to: '2026-03-01' })).toEqual(['paidAt: - → 2026-03-01']);
  const share = { brandId: 'vitalhemp', gross: 5996, brandShare: 4197, platformShare: 1799 };
  const payouts = { rule: { version: 1, brandShareBps: 7000 }, entries: [share, share], brandTotal: 8394 };
  expect(told({ path: 'payouts', from: null, to: payouts })).toEqual([
    'payouts.rule: version 1, brandShareBps 7000',
    'payouts.entries[0]: brandId vitalhemp, gross 5996, brandShare 4197, platformShare 1799',
    'payouts.entries[1]: brandId vitalhemp, gross 5996, brandShare 4197, platformShare 1799',
    'payouts.brandTotal: 8394',
  ]);
});
