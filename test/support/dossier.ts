import type { AuditReport } from '../../src/audit/audit-report.js';
import { checksOf } from '../../src/audit/dossier/checks.js';
import type { Dossier, StockMove } from '../../src/audit/dossier/collect.js';
import { envelope } from '../../src/commands/event-envelope.js';
import type { RecordedEvent } from '../../src/commands/event-store.js';
import type { OrderCommand } from '../../src/domain/order/commands.js';
import type { DomainEvent } from '../../src/domain/shared/event-schema.js';
import { history, minute, orderAfter } from './orders.js';

const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** Events as they are recorded, one a minute, in one stream. */
function recorded(stream: string, events: readonly DomainEvent[], actor = 'system:test'): RecordedEvent[] {
  let prevHash: string | null = null;
  return events.map((event, index) => {
    const context = { correlationId: id(900), causationId: id(900 + index), actor };
    const recordedAt = minute(index);
    const [wrapped] = envelope([event], { commandId: id(index), context, recordedAt, prevHash });
    if (!wrapped) throw new Error('an event is wrapped as one');
    prevHash = wrapped.metadata.hash;
    const position = { commit: BigInt(index), prepare: BigInt(index) };
    return { ...wrapped, stream, revision: BigInt(index), position };
  });
}

/** The dossier of an order that these commands led to, all checks holding, and the audit report that they go by. */
export function dossierOf(
  commands: readonly OrderCommand[],
  stock: readonly StockMove[] = [],
): Dossier & { report: AuditReport } {
  const events = recorded('order-o1', history(...commands));
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
