import fc from 'fast-check';
import type { OrderCommand } from '../../../src/domain/order/commands.js';
import type { NotificationKind } from '../../../src/domain/order/values.js';
import { minute, placeOrder, rule, toExported, toPaid, toShipped } from '../../support/orders.js';

/**
 * Arbitrary order commands from small pools of ids, amounts and times, so that random sequences collide often: the same
 * refund told twice, two intents for one order, a status that goes back and forth.
 */

const at = fc.integer({ min: 1, max: 60 }).map(minute);
const intent = fc.constantFrom('pi_1', 'pi_2');
const namedIntent = fc.constantFrom(undefined, null, 'pi_1', 'pi_2');
const amount = fc.constantFrom(10_000, 10_000, 10_000, 9_999, 3_000, 1, 0);
const currency = fc.constantFrom('USD', 'USD', 'USD', 'USD', 'EUR');
const reason = fc.constantFrom('because', 'otherwise');
const extensivOrderId = fc.constantFrom('EX-1', 'EX-1', 'EX-2');
const tracking = fc.constantFrom(null, '1Z1', '1Z2');
const status = fc.constantFrom(
  'received',
  'picking',
  'packed',
  'shipped',
  'delivered',
  'cancelled',
  'teleported',
  'exported',
);
/** Mostly where the order stands. */
const known = fc.constantFrom(undefined, undefined, 'exported', 'shipped');
const kind = fc.constantFrom<NotificationKind>('order-confirmation', 'shipped', 'refunded');

function command<Type extends OrderCommand['type']>(
  type: Type,
  fields: { [Key in string]: fc.Arbitrary<unknown> },
): fc.Arbitrary<OrderCommand> {
  return fc
    .record({ at, ...fields })
    .map((values) => ({ type, ...defined(values) }) as unknown as Extract<OrderCommand, { type: Type }>);
}

function defined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** One arbitrary per command type; the record type makes a new command type fail here until it has one. */
const byType: Record<OrderCommand['type'], fc.Arbitrary<OrderCommand>> = {
  PlaceOrder: fc.constant(placeOrder),
  InitiatePayment: command('InitiatePayment', { paymentIntentId: intent, amount, currency }),
  RecordPayment: command('RecordPayment', {
    paymentIntentId: intent,
    amount,
    currency,
    rule: fc.constant(rule),
    brandShareOverrides: fc.constantFrom({}, { 'vital-hemp': 8_000 }),
    stockHeld: fc.constantFrom(true, true, false),
  }),
  RecordPaymentFailure: command('RecordPaymentFailure', { paymentIntentId: intent, reason }),
  RecordRefund: command('RecordRefund', {
    stripeRefundId: fc.constantFrom('re_1', 're_2', 're_3'),
    amount,
    currency,
    status: fc.constantFrom('pending', 'succeeded', 'failed'),
    reason,
    paymentIntentId: namedIntent,
    refundId: fc.constantFrom(undefined, null, 'o1-1', 'o1-2', 'o1-2-3000'),
  }),
  RecordChargeRefunded: command('RecordChargeRefunded', {
    amountRefunded: amount,
    currency,
    paymentIntentId: namedIntent,
  }),
  RecordDispute: command('RecordDispute', {
    disputeId: fc.constantFrom('dp_1', 'dp_2'),
    amount,
    currency,
    reason,
  }),
  RequestRefund: command('RequestRefund', { amount: fc.constantFrom(undefined, 1, 3_000, 10_000, -1), reason }),
  CancelOrder: command('CancelOrder', {
    reason,
    initiator: fc.constantFrom('buyer', 'operator', 'wms', 'portal'),
  }),
  ExpireOrder: command('ExpireOrder', {}),
  AttemptExport: command('AttemptExport', {}),
  ConfirmExport: command('ConfirmExport', { extensivOrderId, adopted: fc.boolean() }),
  FailExport: command('FailExport', { reason }),
  RetryExport: command('RetryExport', { reason }),
  StateExport: command('StateExport', { extensivOrderId: fc.option(extensivOrderId), reason }),
  ObserveWmsStatus: command('ObserveWmsStatus', { status, trackingNumber: tracking, carrier: tracking, known }),
  ObserveMissingInWms: command('ObserveMissingInWms', { known }),
  ConfirmWmsCancellation: command('ConfirmWmsCancellation', { extensivOrderId }),
  RefuseWmsCancellation: command('RefuseWmsCancellation', { extensivOrderId, reason }),
  CloseWmsCancellation: command('CloseWmsCancellation', { reason }),
  SetStatus: command('SetStatus', {
    status,
    reason: fc.constantFrom(null, 'because'),
    trackingNumber: tracking,
    carrier: tracking,
  }),
  RecordNotification: command('RecordNotification', {
    kind,
    messageId: fc.constantFrom('<1@portal>', '<2@portal>'),
    said: fc.record({ trackingNumber: tracking, refundedTotal: fc.constantFrom(0, 3_000, 10_000) }),
  }),
  RecordNotificationFailure: command('RecordNotificationFailure', { kind, reason }),
  RecordDelivery: command('RecordDelivery', { reference: fc.constantFrom('DEL-1', 'DEL-2') }),
  RecordDeliveryFailure: command('RecordDeliveryFailure', { reason }),
  EraseCustomerData: command('EraseCustomerData', {}),
};

export const orderCommandTypes = Object.keys(byType) as OrderCommand['type'][];

/** Any command, each type as likely as another. */
const anyOrderCommand: fc.Arbitrary<OrderCommand> = fc.oneof(...Object.values(byType));

/**
 * A random life of an order: it starts at some stage, then anything may come, payment a little more often. The starting
 * stages make every command likely to be accepted somewhere, which the properties check.
 */
export const orderLife: fc.Arbitrary<OrderCommand[]> = fc
  .record({
    start: fc.constantFrom(
      [placeOrder],
      [placeOrder],
      [placeOrder, { type: 'ExpireOrder', at: placeOrder.expiresAt } as const],
      toPaid,
      [...toPaid, { type: 'FailExport', reason: 'because', at: minute(4) } as const],
      toExported,
      toShipped,
    ),
    rest: fc.array(
      fc.oneof({ arbitrary: anyOrderCommand, weight: 6 }, { arbitrary: byType.RecordPayment, weight: 1 }),
      {
        maxLength: 30,
        size: 'max',
      },
    ),
  })
  .map(({ start, rest }) => [...start, ...rest]);
