import { expect, it } from 'vitest';
import { withoutPersonalData } from '../../../src/processes/webhooks/personal-data.js';

it('a webhook keeps what the portal works with and nothing about the person', () => {
  const object = {
    id: 'pi_1',
    amount: 2_500,
    metadata: { order_id: 'o1', order_number: 'VL-1' },
    receipt_email: 'ada@example.com',
    shipping: { name: 'Ada', address: { line1: '1 Main St' } },
    charges: { data: [{ id: 'ch_1', billing_details: { email: 'ada@example.com' }, refunds: [{ amount: 1 }] }] },
  };
  expect(withoutPersonalData({ id: 'evt_1', type: 't', created: 1, data: { object } })).toEqual({
    id: 'evt_1',
    type: 't',
    created: 1,
    data: {
      object: {
        id: 'pi_1',
        amount: 2_500,
        metadata: { order_id: 'o1', order_number: 'VL-1' },
        receipt_email: null,
        shipping: null,
        charges: { data: [{ id: 'ch_1', billing_details: null, refunds: [{ amount: 1 }] }] },
      },
    },
  });
});
