import { describe, expect, it } from 'vitest';
import { createAlertTemplate } from '../../../src/adapters/mail/alert-template.js';
import { createMailTemplates } from '../../../src/adapters/mail/mail-templates.js';
import { NotificationKind } from '../../../src/domain/order/values.js';
import { asOrderId, asSku } from '../../../src/domain/shared/ids.js';
import type { MailOrder } from '../../../src/processes/ports/outbound.js';

const order: MailOrder = {
  orderId: asOrderId('o-1'),
  orderNumber: 'VL-1001',
  customerName: 'Jane Roe',
  companyName: 'Roe Ltd',
  lineItems: [
    { name: 'Blue Dream 3.5g', sku: asSku('BD-35'), quantity: 10, unitPrice: 2_550, lineTotal: 25_500 },
    { name: 'Gummies', sku: asSku('GU-10'), quantity: 1, unitPrice: 100_000, lineTotal: 100_000 },
  ],
  total: 125_500,
  paid: true,
  refundedTotal: 0,
  currency: 'USD',
  deliveryMethod: 'delivery',
  trackingNumber: null,
  carrier: null,
  cancelReason: null,
};
const { render } = createMailTemplates();
const kinds = NotificationKind.anyOf.map((literal) => literal.const);

describe.each(kinds)('the mail %s', (kind) => {
  it('has a subject with the order number and both bodies with the buyer', () => {
    const { subject, html, text } = render(kind, order);
    expect(subject).toContain('VL-1001');
    expect(subject).not.toContain('\n');
    for (const body of [html, text]) {
      expect(body).toContain('Jane Roe');
      expect(body).toContain('VitalLogistics');
      expect(body).not.toMatch(/undefined|null|NaN|\{\{|\{%|\[object/);
    }
    expect(text).not.toMatch(/Subject:|<[a-z]+>|\n{4}/);
    expect(html).toContain(`<title>${subject}</title>`);
  });

  it('escapes what customers and warehouses write', () => {
    const attack = asSku('<img src=x onerror=alert(1)>');
    const { html } = render(kind, {
      ...order,
      customerName: attack,
      companyName: attack,
      orderNumber: attack,
      cancelReason: attack,
      carrier: attack,
      trackingNumber: attack,
      lineItems: [{ name: attack, sku: attack, quantity: 1, unitPrice: 1, lineTotal: 1 }],
    });
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img');
  });

  it('lets no name add lines', () => {
    const { subject, text } = render(kind, {
      ...order,
      customerName: 'Jane\n\nYou have won',
      orderNumber: 'VL\r\nBcc: x@example.com',
    });
    expect(subject).not.toMatch(/[\r\n]/);
    expect(text).not.toMatch(/^(You have won|Bcc)/m);
  });
});

describe('amounts', () => {
  it('are written the way of the currency', () => {
    const { text } = render('order-confirmation', order);
    expect(text).toContain('10 x Blue Dream 3.5g (BD-35) at $25.50: $255.00');
    expect(text).toContain('Total: $1,255.00');
    expect(render('order-confirmation', { ...order, currency: 'JPY' }).text).toContain('¥125,500');
    expect(render('refunded', { ...order, currency: 'EUR', refundedTotal: 5 }).text).toContain('€0.05');
  });
});

describe('what is known decides what is written', () => {
  it('tracking number and carrier', () => {
    const shipped = render('shipped', { ...order, trackingNumber: '1Z999', carrier: 'UPS' }).text;
    expect(shipped).toContain('with UPS');
    expect(shipped).toContain('Tracking number: 1Z999');
    expect(render('shipped', order).text).not.toContain('Tracking');
  });

  it('pickup or delivery', () => {
    expect(render('order-confirmation', { ...order, deliveryMethod: 'pickup' }).text).toContain('ready for pickup');
    expect(render('order-confirmation', order).text).toContain('on its way');
  });

  it('a part or the whole refunded', () => {
    expect(render('refunded', { ...order, refundedTotal: 500 }).text).toContain(
      '$5.00 of your order VL-1001 (total $1,255.00)',
    );
    expect(render('refunded', { ...order, refundedTotal: 125_500 }).text).not.toContain('(total');
  });

  it('the reason of a cancellation', () => {
    expect(render('cancelled', { ...order, cancelReason: 'out of stock' }).text).toContain('Reason: out of stock');
    expect(render('cancelled', order).text).not.toContain('Reason');
  });

  it('what becomes of the money of a cancelled order', () => {
    const textOf = (change: Partial<MailOrder>) => render('cancelled', { ...order, ...change }).text;
    expect(textOf({ paid: false })).toContain('We have not received a payment');
    expect(textOf({ paid: true })).toContain('We are sending your payment back');
    expect(textOf({ paid: true, refundedTotal: 125_500 })).toContain('We have sent your payment of $1,255.00 back');
  });
});

it('an alert lists its facts, escaped', () => {
  const alert = createAlertTemplate()({
    kind: 'export-failed',
    subject: 'Order VL-1001 was not exported',
    message: 'The warehouse <refused> it.',
    facts: { orderId: 'o-1', attempts: 5, codes: ['<b>'] },
    at: '2026-03-01T09:30:00.000Z',
    repeats: 2,
  });
  expect(alert.subject).toBe('[VitalLogistics] Order VL-1001 was not exported');
  expect(alert.text).toContain('orderId: o-1\nattempts: 5\ncodes: ["<b>"]');
  expect(alert.text).toContain('2 more times');
  expect(alert.html).toContain('The warehouse &lt;refused&gt; it.');
  expect(alert.html).not.toContain('<b>');
});

it('an alert names its runbook', () => {
  const facts = { about: 'o-1' };
  const about = {
    subject: 'refund failed: order o-1',
    message: 'refund failed',
    facts,
    at: '2026-03-01T09:30:00.000Z',
  };
  const { text, html } = createAlertTemplate()({ kind: 'refund-failed', ...about, repeats: 0 });
  expect(text).toContain('\n\nWhat to do: docs/guides/operating.md#a-refund-has-failed\n');
  expect(html).toContain('What to do: docs/guides/operating.md#a-refund-has-failed');
});
