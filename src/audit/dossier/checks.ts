import type { RecordedEvent } from '../../commands/event-store.js';
import type { Order } from '../../domain/order/state.js';
import { counted, money } from '../../domain/shared/words.js';
import type { AuditReport } from '../audit-report.js';
import type { Finding } from '../findings.js';

/** One thing that was looked at, and whether it is as it must be. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** What can be checked of an order by its own record. */
export function checksOf(order: Order, events: readonly RecordedEvent[], report: AuditReport): Check[] {
  return [
    chain(events, report),
    seals(report),
    readModel(report),
    lines(order),
    ...payouts(order),
    exportedOnce(events),
    ...mails(events),
  ];
}

function chain(events: readonly RecordedEvent[], report: AuditReport): Check {
  const fault = report.findings.find((finding) => finding.kind === 'event' && !isOfSeals(finding));
  return {
    name: 'Hash chain',
    ok: fault === undefined,
    detail: fault ? fault.detail : `${events.length} events, each bound to the one before it`,
  };
}

/** A chain can be made anew from the altered event on; a seal cannot without its key. */
function seals(report: AuditReport): Check {
  const fault = report.findings.find(isOfSeals);
  return { name: 'Seals', ok: fault === undefined, detail: fault ? fault.detail : sealedSoFar(report) };
}

function isOfSeals(finding: Finding): boolean {
  return finding.reason === 'seal' || finding.reason === 'signature';
}

function sealedSoFar({ seals: found, events, notes }: AuditReport): string {
  const listed = found?.last ? [`${found.covered} of ${counted(events, 'event')} are as the seals list them`] : [];
  return [...listed, ...notes].join('; ') || 'nothing is sealed yet';
}

function readModel(report: AuditReport): Check {
  const findings = report.findings.filter(({ kind }) => kind === 'row');
  const detail = findings.map((finding) => finding.detail).join('; ');
  const compared = Object.keys(report.rows).length > 0;
  return {
    name: 'Read model',
    ok: findings.length === 0,
    detail: detail || (compared ? 'what the portal shows is what the events say' : report.notes.join('; ')),
  };
}

function lines(order: Order): Check {
  const sum = order.lineItems.reduce((total, line) => total + line.lineTotal, 0);
  return {
    name: 'Order total',
    ok: sum === order.total,
    detail: `the lines add up to ${money(sum, order.currency)}`,
  };
}

function payouts(order: Order): Check[] {
  if (!order.payouts) return [];
  const { brandTotal, platformTotal } = order.payouts;
  const net = order.netPayouts.reduce((total, entry) => total + entry.gross, 0);
  const kept = order.total - order.refundedTotal;
  return [
    {
      name: 'Payouts',
      ok: brandTotal + platformTotal === order.total,
      detail: `brands and platform together got ${money(brandTotal + platformTotal, order.currency)} of it`,
    },
    {
      name: 'Payouts after refunds',
      ok: net === kept && order.reversedTotal === order.refundedTotal,
      detail: `${money(net, order.currency)} stand, ${money(kept, order.currency)} were paid and not refunded`,
    },
  ];
}

function exportedOnce(events: readonly RecordedEvent[]): Check {
  const exports = events.filter(({ type }) => type === 'OrderExported').length;
  return {
    name: 'Warehouse',
    ok: exports <= 1,
    detail:
      exports === 0 ? 'it never had the order' : `it has the order ${exports === 1 ? 'once' : `${exports} times`}`,
  };
}

function mails(events: readonly RecordedEvent[]): Check[] {
  const ids = events.flatMap(({ type, data }) =>
    type === 'NotificationSent' ? [String(Reflect.get(Object(data), 'messageId'))] : [],
  );
  if (ids.length === 0) return [];
  return [{ name: 'Mail', ok: new Set(ids).size === ids.length, detail: `${ids.length} sent, none twice` }];
}
