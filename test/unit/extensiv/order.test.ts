import { describe, expect, it } from 'vitest';
import { orderBody, toOrder, toOrderStatus } from '../../../src/adapters/extensiv/order.js';
import { asExtensivOrderId, asOrderId, asSku } from '../../../src/domain/shared/ids.js';

const extensivOrderId = asExtensivOrderId('E-1');

describe('an order on its way to the warehouse', () => {
  it('has the shape of the guide, with prices in major units', () => {
    const body = orderBody({
      orderId: asOrderId('o-1'),
      orderNumber: 'VL-1001',
      orderDate: '2026-03-01T09:30:00.000Z',
      customer: { name: 'Ada Buyer', email: 'ada@example.com', phone: '+1 555 0101', companyName: 'Corner Wellness' },
      shippingAddress: { street1: '1 Main St', street2: null, city: 'Boise', state: 'ID', zip: '83702', country: 'US' },
      lineItems: [
        { sku: asSku('A'), quantity: 3, unitPrice: 435, description: 'Oil' },
        { sku: asSku('B'), quantity: 1, unitPrice: 1000, description: 'Balm' },
      ],
      deliveryMethod: 'delivery',
      deliveryZone: 'north',
      total: 2305,
      currency: 'USD',
      paymentStatus: 'paid',
    });
    expect(JSON.parse(JSON.stringify(body))).toStrictEqual({
      customer: { name: 'Ada Buyer', email: 'ada@example.com', phone: '+1 555 0101', companyName: 'Corner Wellness' },
      shipping_address: {
        street1: '1 Main St',
        street2: null,
        city: 'Boise',
        state: 'ID',
        zip: '83702',
        country: 'US',
      },
      line_items: [
        { sku: 'A', quantity: 3, price: 4.35, description: 'Oil' },
        { sku: 'B', quantity: 1, price: 10, description: 'Balm' },
      ],
      order_number: 'VL-1001',
      order_date: '2026-03-01T09:30:00.000Z',
      delivery_method: 'delivery',
      metadata: { portal_order_id: 'o-1', delivery_zone: 'north', total_amount: 23.05, payment_status: 'paid' },
    });
  });
});

describe('an order as the warehouse tells it', () => {
  it('loses of a status what no database can store, and what is no status any more', () => {
    const read = (status: string) => toOrder({ id: 'E-1', order_number: 'VL-1', status }).status;
    expect(read(' On\0_\ud800Hold ')).toBe('on_hold');
    expect(read('x'.repeat(5_000))).toHaveLength(2_000);
  });

  it('keeps a status nobody knows, in lower case', () => {
    expect(toOrder({ id: 12, order_number: 'VL-1', status: 'On_Hold', more: 1 })).toEqual({
      extensivOrderId: '12',
      orderNumber: 'VL-1',
      status: 'on_hold',
      trackingNumber: null,
      carrier: null,
      updatedAt: null,
    });
  });

  it('has its time in UTC', () => {
    const order = { id: 'E-1', order_number: 'VL-1', status: 'shipped', tracking_number: '1Z9', carrier: 'UPS' };
    expect(toOrder({ ...order, updated_at: '2026-03-01T01:00:00-08:00' })).toMatchObject({
      trackingNumber: '1Z9',
      carrier: 'UPS',
      updatedAt: '2026-03-01T09:00:00.000Z',
    });
    expect(toOrder({ ...order, updated_at: 'yesterday' })).toMatchObject({ updatedAt: null });
  });

  it.each(['UTC', 'America/New_York', 'Australia/Lord_Howe'])(
    'has its time in UTC when no zone is told, also in %s',
    (zone) => {
      const before = process.env.TZ;
      process.env.TZ = zone;
      try {
        for (const text of ['2026-03-01T09:00:00', '2026-03-01 09:00:00.000', 'Sun, 01 Mar 2026 09:00:00 GMT'])
          expect(toOrder({ id: 'E-1', order_number: 'VL-1', status: 'picking', updated_at: text }).updatedAt).toBe(
            '2026-03-01T09:00:00.000Z',
          );
        expect(
          toOrder({ id: 'E-1', order_number: 'VL-1', status: 'picking', updated_at: '2026-03-01' }).updatedAt,
        ).toBe('2026-03-01T00:00:00.000Z');
      } finally {
        if (before === undefined) delete process.env.TZ;
        else process.env.TZ = before;
      }
    },
  );

  it.each([
    [
      { tracking_number: 9400, carrier: 7, updated_at: 1772357400 },
      { trackingNumber: '9400', carrier: '7' },
    ],
    [
      { tracking_number: ['1Z9'], carrier: { name: 'UPS' }, updated_at: {} },
      { trackingNumber: null, carrier: null },
    ],
  ])('keeps its status whatever comes with it: %j', (odd, facts) => {
    const order = { id: 'E-1', order_number: 'VL-1', status: 'shipped', ...odd };
    expect(toOrder(order)).toMatchObject({ status: 'shipped', updatedAt: null, ...facts });
    expect(toOrderStatus(order, extensivOrderId)).toMatchObject({
      status: 'shipped',
      updatedAt: null,
      ...facts,
    });
  });

  it('asked for alone need not repeat its number, and shows the one it has', () => {
    expect(toOrderStatus({ status: 'packed' }, extensivOrderId)).toMatchObject({
      extensivOrderId,
      orderNumber: '',
    });
    expect(toOrderStatus({ order_number: 'VL-2', status: 'packed' }, extensivOrderId)).toMatchObject({
      orderNumber: 'VL-2',
    });
  });

  it.each([
    null,
    'order',
    {},
    { id: '', order_number: 'VL-1', status: 'packed' },
    { id: 'E\0', order_number: 'VL-1', status: 'packed' },
    { id: 'E\ud800', order_number: 'VL-1', status: 'packed' },
    { id: 'E'.repeat(501), order_number: 'VL-1', status: 'packed' },
    { id: 'E-1', status: 'packed' },
  ])('cannot be read from %j', (raw) => {
    expect(() => toOrder(raw)).toThrow(expect.objectContaining({ reason: 'unreadable' }));
  });

  it('may leave out of its status which order it is', () => {
    expect(toOrderStatus({ status: 'packed' }, extensivOrderId)).toMatchObject({
      extensivOrderId,
      status: 'packed',
    });
  });

  it('tells of a broken answer where, and not what', () => {
    expect(() => toOrder({ id: 'E-1', order_number: 'VL-1', status: { name: 'Ada Buyer' } })).toThrow('/status');
    expect(() => toOrder({ id: 'E-1', order_number: 'VL-1', status: { name: 'Ada Buyer' } })).not.toThrow('Ada');
  });
});
