import type { MailOrder, MailTemplates } from '../../processes/ports/outbound.js';
import { createRenderer, type RenderedMail } from './renderer.js';

/** {@link MailTemplates} from the files in `templates/`: `{kind}.html` and `{kind}.txt`, whose first line is the subject. */
export function createMailTemplates(): MailTemplates {
  const render = createRenderer();
  return { render: (kind, order): RenderedMail => render(kind, { order: presentable(order) }) };
}

/** The order with amounts as text, and its own texts on one line each: a name must not add lines to a mail. */
function presentable(order: MailOrder): Record<string, unknown> {
  const money = moneyFormat(order.currency);
  return {
    ...onOneLine(order),
    total: money(order.total),
    refundedTotal: money(order.refundedTotal),
    fullyRefunded: order.refundedTotal >= order.total,
    refunded: order.refundedTotal > 0,
    lineItems: order.lineItems.map((line) => ({
      ...onOneLine(line),
      unitPrice: money(line.unitPrice),
      lineTotal: money(line.lineTotal),
    })),
  };
}

function onOneLine(value: object): Record<string, unknown> {
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    typeof item === 'string' ? item.replace(/\s+/g, ' ').trim() : item,
  ]);
  return Object.fromEntries(entries);
}

/** @returns a function from minor units to text, e.g. 123456 to `$1,234.56` */
function moneyFormat(currency: string): (minorUnits: number) => string {
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return (minorUnits) => format.format(minorUnits / 10 ** digits);
}
