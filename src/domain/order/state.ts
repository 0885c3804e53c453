import type { ExtensivOrderId, OrderId } from '../shared/ids.js';
import type { PayoutChange, Payouts } from './payouts.js';
import type { RefundStatus } from './refund-figures.js';
import type { RefundLedger } from './refund-ledger.js';
import type { OrderStatus } from './status.js';
import type {
  Customer,
  DeliveryMethod,
  Initiator,
  LineItem,
  Mailed,
  NotificationKind,
  ShippingAddress,
} from './values.js';

/** An order as its events tell it, or null before it is placed. */
export type OrderState = Order | null;

/** What an order is placed with. */
export interface OrderTerms {
  readonly orderId: OrderId;
  readonly orderNumber: string;
  readonly customerId: string | null;
  readonly customer: Customer;
  readonly shippingAddress: ShippingAddress;
  /** Priced from the catalogue; `lineTotal = quantity * unitPrice`. */
  readonly lineItems: readonly LineItem[];
  readonly currency: string;
  readonly deliveryMethod: DeliveryMethod;
  readonly deliveryZone: string | null;
  readonly expiresAt: string;
}

/** Amounts are integer minor units, times ISO 8601 UTC. */
export interface Order extends OrderTerms {
  readonly total: number;
  readonly placedAt: string;
  readonly updatedAt: string;
  readonly status: OrderStatus;

  /** The intent that paid the order; until then the latest one initiated. */
  readonly paymentIntentId: string | null;
  readonly initiatedPayments: readonly string[];
  readonly paymentFailures: readonly PaymentFailure[];
  readonly paymentConflicts: readonly PaymentConflict[];
  readonly paid: boolean;
  readonly paidAt: string | null;

  /** As allocated when paid; frozen. */
  readonly payouts: Payouts | null;
  /** The allocation less what refunds took back. */
  readonly netPayouts: readonly PayoutChange[];
  /** The refunded total that the payouts have been brought to. */
  readonly reversedTotal: number;

  readonly refundLedger: RefundLedger;
  readonly refundedTotal: number;
  readonly refundStatus: RefundStatus;
  readonly disputes: readonly string[];

  readonly extensivOrderId: ExtensivOrderId | null;
  readonly exportedAt: string | null;
  readonly exportAttempts: number;
  readonly lastExportAttemptAt: string | null;
  readonly exportRetriedAt: string | null;
  /**
   * The warehouse may hold the order without the portal knowing its id: look the order number up before creating it.
   * True from the first attempt until the export is confirmed; a failure does not prove that no earlier attempt arrived.
   */
  readonly exportOutcomeUnknown: boolean;
  readonly trackingNumber: string | null;
  readonly carrier: string | null;
  /** What was observed and not applied, as `kind:observed`; each is recorded once. */
  readonly statusConflicts: readonly string[];

  readonly cancelledAt: string | null;
  readonly cancelReason: string | null;
  readonly cancelInitiator: Initiator | null;
  readonly wmsCancellation: WmsCancellation;

  /** A kind as often as it went out. */
  readonly notificationsSent: readonly NotificationKind[];
  readonly mailed: Mailed;
  readonly notificationFailures: Readonly<Partial<Record<NotificationKind, FailureNote>>>;
  readonly deliveryReference: string | null;
  readonly deliveryFailure: FailureNote | null;

  /** When customer and address were erased; what stands in them since then is no data. */
  readonly erasedAt: string | null;
}

/**
 * How far the warehouse has followed a cancellation: `none` when there is nothing to cancel there, `wanted` until it
 * answers, `closed` when an operator has dealt with what the warehouse did instead.
 */
type WmsCancellation = 'none' | 'wanted' | 'confirmed' | 'refused' | 'closed';

export interface FailureNote {
  readonly reason: string;
  readonly at: string;
}

interface PaymentFailure extends FailureNote {
  readonly paymentIntentId: string;
}

export interface PaymentConflict {
  readonly paymentIntentId: string;
  readonly reason: 'amount' | 'currency' | 'duplicate-payment';
  readonly amount: number;
  readonly currency: string;
}
