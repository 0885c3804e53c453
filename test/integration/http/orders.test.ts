import { afterEach, describe, expect, it } from 'vitest';
import { buildApp } from '../../../src/http/app.js';
import { orderBody, testPortal } from '../../support/http.js';

describe('placing an order', () => {
  it('answers the order, its payment and where to find it', async () => {
    const portal = testPortal();
    const app = await buildApp(portal.options);
    const answer = await app.inject({ method: 'POST', url: '/api/v1/orders', payload: orderBody() });
    expect(answer.statusCode, answer.body).toBe(201);
    const { order, payment } = answer.json();
    expect(answer.headers.location).toBe(`/api/v1/orders/${order.id}`);
    expect(order).toMatchObject({ status: 'awaiting_payment', refundStatus: 'none', total: 7500, revision: 0 });
    expect(payment).toEqual({ paymentIntentId: 'pi_1', clientSecret: 'pi_1_secret_s' });
    await app.close();
  });
});
