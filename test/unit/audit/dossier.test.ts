import { describe, expect, it } from 'vitest';
import type { AuditReport } from '../../../src/audit/audit-report.js';
import { checksOf } from '../../../src/audit/dossier/checks.js';
import { tell } from '../../../src/audit/dossier/narrative.js';
import { dossierPage } from '../../../src/audit/dossier/page.js';
import type { OrderCommand } from '../../../src/domain/order/commands.js';
import type { OrderEvent } from '../../../src/domain/order/events.js';
import { dossierOf } from '../../support/dossier.js';
import {
  cancel,
  line,
  minute,
  pay,
  placeOrder,
  refund,
  toDelivered,
  toExported,
  toPaid,
} from '../../support/orders.js';

const page = (...commands: readonly OrderCommand[]) => dossierPage(dossierOf(commands), [], true);

describe("an order's dossier as a page", () => {
  it('tells what happened, in plain words, with who did it', () => {
    const html = page(...toDelivered);
    expect(html).toContain('Every check holds.');
    expect(html).toContain('created as EX-1');
    expect(html).toContain('shipped → delivered, told by wms');
    expect(html).toContain('100.00 USD by pi_1');
    expect(html).toContain('system:test');
    expect(html).toContain('Nothing was refunded.');
    expect(html).not.toMatch(/undefined|NaN|\{\{|\{%|\[object/);
  });

  it('shows the lots with their certificates', () => {
    const lineItems = [
      { ...line('HEMP-1', 'vital-hemp', 4, 2500), batchNumber: 'B-7', coaLink: 'https://coa.example.com/B-7' },
    ];
    const html = page({ ...placeOrder, lineItems });
    expect(html).toContain('>B-7</td>');
    expect(html).toContain('<a href="https://coa.example.com/B-7"');
  });

  it('tells where the money of a cancelled order went', () => {
    const html = page(...toExported, cancel(), refund('re_1', 4_000), refund('re_2', 6_000, 'failed'));
    expect(html).toContain('by operator: changed plans');
    expect(html).toContain('40.00 USD by re_1');
    expect(html).toContain('re_2: declined');
    expect(html).toContain('60.00 USD stand, 60.00 USD were paid and not refunded');
  });

  it.each([
    [{ amount: 9_000 }, '90.00 USD where 100.00 was due (amount)'],
    [{ currency: 'SEK' }, 'pi_1 brought 10,000 minor units of SEK (currency)'],
  ])('tells what came where a payment does not fit: %o', (change, words) => {
    expect(page(placeOrder, { ...pay, ...change })).toContain(words);
  });

  it('says so when a check fails', () => {
    const dossier = dossierOf(toPaid);
    const html = dossierPage({ ...dossier, checks: [{ name: 'Hash chain', ok: false, detail: 'cut' }] }, [], false);
    expect(html).toContain('Not everything holds');
    expect(html).toContain('FAILED');
    expect(html).toContain('no signing key');
  });

  it('tells what the seals say apart from what the chain says: whoever makes the chain anew cannot make a seal', () => {
    const { order, events, report } = dossierOf(toPaid);
    const seals = {
      count: 2,
      last: { number: 2, digest: 'd', sealedAt: minute(5) },
      keys: ['k'],
      covered: 4,
      beyond: 0,
    };
    const about = (name: string, changes: Partial<AuditReport>) =>
      checksOf(order, events, { ...report, seals, ...changes }).find((check) => check.name === name);
    const finding = { kind: 'event', what: 'changed', stream: 'order-o1', revision: 2, type: 'OrderPaid' } as const;
    const deviation = { ...finding, eventId: 'e', reason: 'seal', detail: 'it is not what was recorded here' } as const;

    expect(about('Seals', {})).toEqual({
      name: 'Seals',
      ok: true,
      detail: `4 of ${events.length} events are as the seals list them`,
    });
    expect(about('Seals', { findings: [deviation] })).toMatchObject({ ok: false, detail: deviation.detail });
    expect(about('Hash chain', { findings: [deviation] })).toMatchObject({ ok: true });
    expect(about('Seals', { findings: [{ ...deviation, reason: 'hash' }] })).toMatchObject({ ok: true });
    expect(about('Hash chain', { findings: [{ ...deviation, reason: 'hash' }] })).toMatchObject({ ok: false });
    expect(about('Seals', { seals: null })).toMatchObject({ ok: true, detail: 'nothing is sealed yet' });
  });

  it('escapes what people, warehouses and forgers write, and links nothing but web addresses', () => {
    const attack = `"><img src=x onerror=alert(1)></style>`;
    const lineItems = [
      { ...line(attack, attack, 4, 2500), name: attack, batchNumber: attack, coaLink: `javascript:alert('${attack}')` },
    ];
    const customer = { name: attack, email: attack, phone: attack, companyName: attack };
    const html = page(
      { ...placeOrder, orderNumber: attack, customer, lineItems },
      { ...pay, paymentIntentId: attack },
      { type: 'CancelOrder', reason: attack, initiator: 'operator', at: minute(5) },
    );
    expect(html).not.toContain('<img');
    expect(html.match(/<\/style>/g)).toHaveLength(1);
    expect(html).not.toContain('href="javascript');
  });

  it('does not fall over an event of a later version', () => {
    expect(tell({ type: 'NeverHeardOf', data: {} } as unknown as OrderEvent)).toBeNull();
  });
});
