import type { AuditReport } from '../../src/audit/audit-report.js';
import { checksOf } from '../../src/audit/dossier/checks.js';
import type { Dossier, StockMove } from '../../src/audit/dossier/collect.js';
import type { OrderCommand } from '../../src/domain/order/commands.js';
import { history, minute, orderAfter } from './orders.js';
import { recordedStream } from './recorded-stream.js';

/** The dossier of an order that these commands led to, all checks holding, and the audit report that they go by. */
export function dossierOf(
  commands: readonly OrderCommand[],
  stock: readonly StockMove[] = [],
): Dossier & { report: AuditReport } {
  const events = recordedStream('order-o1', history(...commands));
  const report = {
    ok: true,
    head: null,
    events: events.length,
    streams: 1,
    rows: { orders: 1 },
    seals: null,
    findings: [],
    findingsTotal: 0,
    notes: [],
    durationMs: 1,
  };
  const order = orderAfter(commands);
  const checks = checksOf(order, events, report);
  return { order, events, stock, report, checks, collectedAt: minute(90), collectedBy: 'operator:ada' };
}
