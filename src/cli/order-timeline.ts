import { tell } from '../audit/dossier/narrative.js';
import { type Change, changesBetween } from '../commands/changes.js';
import type { OrderHistory } from '../commands/histories.js';
import type { OrderEvent } from '../domain/order/events.js';
import { evolve } from '../domain/order/evolve.js';
import type { Order, OrderState } from '../domain/order/state.js';
import type { OrderId } from '../domain/shared/ids.js';
import { toOrderView } from '../projections/models/orders.js';
import { brief, told } from './readable-changes.js';
import type { Cli } from './session.js';

type TimelineEntry = OrderHistory['events'][number] & {
  /** What the event changed in the order as the API shows it, its revision and time left out; none where nobody knows. */
  readonly changes: readonly Change[];
  readonly after: { readonly status: string; readonly refundStatus: string } | null;
};

/** Behind an event that cannot be read or applied nobody knows what the order is: the states end there. */
export function timeline(recorded: OrderHistory): TimelineEntry[] {
  let state: OrderState = null;
  let known = true;
  return recorded.events.map((event) => {
    const before = state;
    let { unreadable } = event;
    try {
      if (known && unreadable === undefined) {
        state = evolve(before, { type: event.type, data: event.data } as OrderEvent);
        const changes = before && state ? visibleChanges(before, state) : [];
        return { ...event, changes, after: state && { status: state.status, refundStatus: state.refundStatus } };
      }
    } catch {
      unreadable = 'it cannot be applied';
    }
    known = false;
    return { ...event, ...(unreadable === undefined ? {} : { unreadable }), changes: [], after: null };
  });
}

function visibleChanges(before: Order, after: Order): Change[] {
  const { updatedAt: _from, ...from } = toOrderView(before, 0);
  const { updatedAt: _to, ...to } = toOrderView(after, 0);
  return changesBetween(from, to);
}

export function showTimeline(
  { out }: Cli,
  orderId: OrderId,
  recorded: OrderHistory,
  events: readonly TimelineEntry[],
): void {
  const { bold, dim, green, red, cyan } = out.colours;
  const chain = recorded.fault
    ? red(`hash chain is broken at #${recorded.fault.revision}: ${recorded.fault.reason}`)
    : green('hash chain holds');
  out.line(`${bold('order')} ${orderId}  ${chain}`);
  for (const event of events) {
    out.line();
    out.line(`${bold(`#${event.revision}`)}  ${event.recordedAt}  ${cyan(event.type)}  by ${event.actor}`);
    out.line(`    ${sentenceOf(event)}`);
    if (event.unreadable) out.line(`    ${red('cannot be read')}: ${event.unreadable}`);
    out.line(dim(`    caused by ${event.causationId}, correlation ${event.correlationId}`));
    for (const line of event.changes.flatMap(told)) out.line(`    ${line}`);
    if (event.after) out.line(`    ${dim('then')} ${event.after.status}${refunds(event.after.refundStatus)}`);
  }
}

/** What cannot be read has no sentence, only what is there of it. */
function sentenceOf({ type, data, unreadable }: TimelineEntry): string {
  if (unreadable !== undefined) return brief(data);
  return tell({ type, data } as OrderEvent)?.sentence ?? brief(data);
}

function refunds(status: string): string {
  return status === 'none' ? '' : `, refund ${status}`;
}
