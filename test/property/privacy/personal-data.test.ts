import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RecordedEvent } from '../../../src/commands/event-store.js';
import { createPersonalData } from '../../../src/commands/privacy/personal-data.js';
import { erasedAddress, erasedCustomer } from '../../../src/domain/order/personal-data.js';
import { memoryKeys } from '../../support/personal-data.js';

const text = fc.string({ unit: 'grapheme' });
const data = fc.record({
  orderId: fc.uuid(),
  customerId: fc.option(fc.string()),
  customer: fc.record({ name: text, email: text, phone: text, companyName: text }),
  shippingAddress: fc.record({
    street1: text,
    street2: fc.option(text),
    city: text,
    state: text,
    zip: text,
    country: text,
  }),
  total: fc.nat(),
});

it('whatever is protected opens to the same, and to nothing once its key is destroyed', async () => {
  await fc.assert(
    fc.asyncProperty(data, fc.uuid(), async (plain, id) => {
      const keys = memoryKeys();
      const { protecting, open } = createPersonalData(keys);
      const stream = `order-${plain.orderId}`;
      const event = { id, type: 'OrderPlaced', data: plain };
      const [stored] = await protecting(stream, [event], async (events) => events);
      const encrypted = JSON.parse(JSON.stringify(stored?.data));
      const recorded = { ...event, data: encrypted, stream, metadata: {} } as unknown as RecordedEvent;

      expect((await open([recorded]))[0]).toMatchObject({ data: plain, stored: encrypted });
      expect(encrypted).toMatchObject({ orderId: plain.orderId, total: plain.total, customer: { sealed: 1 } });

      for (const key of keys.ids()) keys.destroy(key);
      const erased = { ...plain, customer: erasedCustomer, shippingAddress: erasedAddress };
      expect((await open([recorded]))[0]).toMatchObject({ data: erased, stored: encrypted });
    }),
    { numRuns: 200 },
  );
});
