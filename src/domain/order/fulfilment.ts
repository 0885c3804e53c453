import { type Decision, nothing, reject } from '../shared/decider.js';
import { cancelOrder } from './cancellation.js';
import type { ObserveMissingInWms, ObserveWmsStatus, SetStatus } from './commands.js';
import type { OrderEvent } from './events.js';
import type { Order } from './state.js';
import { compareStage, type FulfilmentStatus, fromWmsStatus, hasReached, isFulfilmentStatus } from './status.js';

type ConflictKind = Extract<OrderEvent, { type: 'StatusConflicted' }>['data']['kind'];

/**
 * Applies what the warehouse says of the order. A later status is taken over in one step, however many it skips; an
 * earlier or unknown one is recorded once per value and changes nothing. At the same status a new tracking number or
 * carrier is recorded as a change from the status to itself, and one that is missing erases nothing. What was said before
 * the order got where it is contradicts nothing: a process that was halted tells of it late.
 */
export function observeWmsStatus(command: ObserveWmsStatus, order: Order): Decision<OrderEvent> {
  const status = fromWmsStatus(command.status);
  if (status === 'cancelled') return observeCancelled(command, order);
  if (order.status === 'awaiting_payment' || order.status === 'expired') {
    return reject('not-paid', 'the warehouse cannot have an unpaid order', { status: order.status });
  }
  if (status === null) return conflict(order, 'unknown-status', command);
  if (order.status === 'cancelled') {
    // Until the warehouse has answered the cancellation, seeing it work on the order is no contradiction.
    const expected = order.wmsCancellation === 'wanted' && !hasReached(status, 'shipped');
    return expected ? nothing : conflict(order, 'regression', command);
  }
  const distance = compareStage(order.status, status) ?? 0;
  if (distance < 0) return conflict(order, 'regression', command);
  // `received` carries no news: the export itself is confirmed with the warehouse's id.
  if (status === 'exported') return nothing;
  return moveTo(status, { ...command, source: 'wms', reason: null }, order);
}

/** Records once that the warehouse no longer knows an order it should have. */
export function observeMissingInWms(command: ObserveMissingInWms, order: Order): Decision<OrderEvent> {
  const expected = hasReached(order.status, 'exported') && order.status !== 'delivered';
  return expected ? conflict(order, 'missing-in-wms', { ...command, status: 'missing' }) : nothing;
}

/** An operator's correction: forwards once the warehouse has the order, or to `cancelled` until it has shipped. */
export function setStatus(command: SetStatus, order: Order): Decision<OrderEvent> {
  const { status, reason, at } = command;
  if (status === 'cancelled' && !hasReached(order.status, 'shipped')) {
    return cancelOrder({ type: 'CancelOrder', reason: reason ?? 'cancelled', initiator: 'operator', at }, order);
  }
  const forwards = isFulfilmentStatus(status) && (compareStage(order.status, status) ?? -1) >= 0;
  if (!forwards || !hasReached(order.status, 'exported')) {
    return reject('illegal-transition', `an order cannot go from ${order.status} to ${status}`, {
      from: order.status,
      to: status,
    });
  }
  return moveTo(status, { ...command, source: 'operator' }, order);
}

function moveTo(
  to: FulfilmentStatus,
  change: {
    source: 'wms' | 'operator';
    reason: string | null;
    trackingNumber: string | null;
    carrier: string | null;
    at: string;
  },
  order: Order,
): Decision<OrderEvent> {
  const { source, reason, trackingNumber, carrier, at } = change;
  const newTracking = trackingNumber !== null && trackingNumber !== order.trackingNumber;
  const newCarrier = carrier !== null && carrier !== order.carrier;
  if (order.status === to && !newTracking && !newCarrier) return nothing;
  return [
    {
      type: 'StatusChanged',
      data: { from: order.status, to, source, reason, trackingNumber, carrier, changedAt: at },
    },
  ];
}

function observeCancelled({ status, at }: ObserveWmsStatus, order: Order): Decision<OrderEvent> {
  // Nothing follows a cancellation in the warehouse, so this is never outdated.
  if (order.status === 'delivered') return conflict(order, 'regression', { status, at });
  if (order.status !== 'cancelled') {
    return cancelOrder({ type: 'CancelOrder', reason: 'cancelled by the warehouse', initiator: 'wms', at }, order);
  }
  const { extensivOrderId, wmsCancellation } = order;
  if (extensivOrderId === null || wmsCancellation === 'confirmed') return nothing;
  return [{ type: 'WmsCancellationConfirmed', data: { extensivOrderId, confirmedAt: at } }];
}

function conflict(
  order: Order,
  kind: ConflictKind,
  { status: observed, known = order.status, at }: Pick<ObserveWmsStatus, 'status' | 'known' | 'at'>,
): Decision<OrderEvent> {
  const isOutdated = known !== order.status;
  if (isOutdated || order.statusConflicts.includes(`${kind}:${observed}`)) return nothing;
  return [{ type: 'StatusConflicted', data: { kind, current: order.status, observed, observedAt: at } }];
}
