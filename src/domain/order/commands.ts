import type { BrandId, ExtensivOrderId } from '../shared/ids.js';
import type { OrderTerms } from './state.js';
import type { OrderStatus } from './status.js';
import type { Initiator, NotificationKind, PayoutRule, Said } from './values.js';

/**
 * What can be asked of an order. Ids and times come with the command: `at` is ISO 8601 UTC with milliseconds, amounts
 * are integer minor units.
 */
export type OrderCommand =
  | PlaceOrder
  | InitiatePayment
  | RecordPayment
  | RecordPaymentFailure
  | RecordRefund
  | RecordChargeRefunded
  | RecordDispute
  | RequestRefund
  | CancelOrder
  | ExpireOrder
  | AttemptExport
  | ConfirmExport
  | FailExport
  | RetryExport
  | StateExport
  | ObserveWmsStatus
  | ObserveMissingInWms
  | ConfirmWmsCancellation
  | RefuseWmsCancellation
  | CloseWmsCancellation
  | SetStatus
  | RecordNotification
  | RecordNotificationFailure
  | RecordDelivery
  | RecordDeliveryFailure
  | EraseCustomerData;

interface Command<Type extends string> {
  readonly type: Type;
  readonly at: string;
}

export interface PlaceOrder extends Command<'PlaceOrder'>, OrderTerms {}

export interface InitiatePayment extends Command<'InitiatePayment'> {
  readonly paymentIntentId: string;
  readonly amount: number;
  readonly currency: string;
}

export interface RecordPayment extends Command<'RecordPayment'> {
  readonly paymentIntentId: string;
  readonly amount: number;
  readonly currency: string;
  readonly rule: PayoutRule;
  /** Share in basis points by brand id, for the brands that deviate from the rule. */
  readonly brandShareOverrides: Readonly<Record<BrandId, number>>;
  /** Whether every line is reserved. A payment whose stock is gone cancels the order and is refunded. */
  readonly stockHeld: boolean;
}

export interface RecordPaymentFailure extends Command<'RecordPaymentFailure'> {
  readonly paymentIntentId: string;
  readonly reason: string;
}

export interface RecordRefund extends Command<'RecordRefund'> {
  readonly stripeRefundId: string;
  readonly amount: number;
  readonly currency: string;
  readonly status: 'pending' | 'succeeded' | 'failed';
  readonly reason: string;
  /** The refunded payment, when the message names it. */
  readonly paymentIntentId?: string | null;
  /** The portal's id of the refund, null for one made by hand; without it, nobody knows. */
  readonly refundId?: string | null;
}

export interface RecordChargeRefunded extends Command<'RecordChargeRefunded'> {
  /** Cumulative over the charge. */
  readonly amountRefunded: number;
  readonly currency: string;
  readonly paymentIntentId?: string | null;
}

export interface RecordDispute extends Command<'RecordDispute'> {
  readonly disputeId: string;
  readonly amount: number;
  readonly currency: string;
  readonly reason: string;
}

export interface RequestRefund extends Command<'RequestRefund'> {
  /** What to refund; without it, everything that is not refunded yet. */
  readonly amount?: number;
  readonly reason: string;
}

export interface CancelOrder extends Command<'CancelOrder'> {
  readonly reason: string;
  readonly initiator: Initiator;
}

export interface ExpireOrder extends Command<'ExpireOrder'> {}

export interface AttemptExport extends Command<'AttemptExport'> {}

export interface ConfirmExport extends Command<'ConfirmExport'> {
  readonly extensivOrderId: ExtensivOrderId;
  readonly adopted: boolean;
}

export interface FailExport extends Command<'FailExport'> {
  readonly reason: string;
}

export interface RetryExport extends Command<'RetryExport'> {
  readonly reason: string;
}

/** An operator's word on an export whose outcome the portal cannot find out. */
export interface StateExport extends Command<'StateExport'> {
  /** The warehouse's id of the order, null when it does not have it. */
  readonly extensivOrderId: ExtensivOrderId | null;
  readonly reason: string;
}

/** Something the warehouse said when it was asked, which may be a while ago. */
interface Observation {
  /** Where the order stood for the portal before the warehouse was asked; that of now when absent. */
  readonly known?: OrderStatus;
}

export interface ObserveWmsStatus extends Command<'ObserveWmsStatus'>, Observation {
  /** As the warehouse spells it, lower case; may be one the portal does not know. */
  readonly status: string;
  readonly trackingNumber: string | null;
  readonly carrier: string | null;
}

export interface ObserveMissingInWms extends Command<'ObserveMissingInWms'>, Observation {}

export interface ConfirmWmsCancellation extends Command<'ConfirmWmsCancellation'> {
  readonly extensivOrderId: ExtensivOrderId;
}

export interface RefuseWmsCancellation extends Command<'RefuseWmsCancellation'> {
  readonly extensivOrderId: ExtensivOrderId;
  readonly reason: string;
}

/** An operator's word that what the warehouse did with a cancelled order has been dealt with. */
export interface CloseWmsCancellation extends Command<'CloseWmsCancellation'> {
  readonly reason: string;
}

/** An operator's correction; only forwards, or to `cancelled`. */
export interface SetStatus extends Command<'SetStatus'> {
  readonly status: string;
  readonly reason: string | null;
  readonly trackingNumber: string | null;
  readonly carrier: string | null;
}

export interface RecordNotification extends Command<'RecordNotification'> {
  readonly kind: NotificationKind;
  readonly messageId: string;
  /** What of it may be out of date some day; see {@link Said}. */
  readonly said: Said;
}

export interface RecordNotificationFailure extends Command<'RecordNotificationFailure'> {
  readonly kind: NotificationKind;
  readonly reason: string;
}

export interface RecordDelivery extends Command<'RecordDelivery'> {
  readonly reference: string;
}

export interface RecordDeliveryFailure extends Command<'RecordDeliveryFailure'> {
  readonly reason: string;
}

export interface EraseCustomerData extends Command<'EraseCustomerData'> {}
