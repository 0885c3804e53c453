import type { NotificationKind } from '../../domain/order/values.js';
import type { OrderId, Sku } from '../../domain/shared/ids.js';

/** Sends one mail. `messageId` is stable per order and kind, so that a repeat can be recognised by the receiver. */
export interface Mailer {
  /** @throws MailError */
  send(mail: { to: string; subject: string; html: string; text: string; messageId: string }): Promise<void>;
}

/** The mail server did not take a mail. `final`: it never will (5xx: no such mailbox, refused content). */
export class MailError extends Error {
  override readonly name = 'MailError';
  constructor(
    message: string,
    readonly final: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Renders the mail of a kind from what the order looks like now. */
export interface MailTemplates {
  render(kind: NotificationKind, order: MailOrder): { subject: string; html: string; text: string };
}

/** Amounts are integer minor units. */
export interface MailOrder {
  readonly orderId: OrderId;
  readonly orderNumber: string;
  readonly customerName: string;
  readonly companyName: string;
  readonly lineItems: readonly { name: string; sku: Sku; quantity: number; unitPrice: number; lineTotal: number }[];
  readonly total: number;
  /** Whether the buyer's money has arrived, so that a cancellation can say what happens to it. */
  readonly paid: boolean;
  readonly refundedTotal: number;
  readonly currency: string;
  readonly deliveryMethod: string;
  readonly trackingNumber: string | null;
  readonly carrier: string | null;
  readonly cancelReason: string | null;
}

/** The partner that drives packed orders to the buyer. */
export interface DeliveryPartner {
  /** Idempotent by `orderId`. @throws DeliveryError */
  schedule(request: {
    orderId: OrderId;
    orderNumber: string;
    recipient: { name: string; phone: string };
    address: { street1: string; street2: string | null; city: string; state: string; zip: string; country: string };
    deliveryZone: string | null;
  }): Promise<{ reference: string }>;
}

/** `final`: repeating the same request cannot succeed. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  constructor(
    message: string,
    readonly final: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * What became of an alert's mail. `repeated`: an equal one has been raised lately. `unsent`: no mail server has taken it;
 * an equal alert tries again after {@link unsentAlertMs}.
 */
export type AlertOutcome = 'sent' | 'repeated' | 'unsent';

/** For so long an alert whose mail did not get out is not tried again, milliseconds. */
export const unsentAlertMs = 60_000;

/** One channel to the people who run the portal: mail, error tracker, log and metric, de-duplicated by kind and subject. */
export interface Alerts {
  /** Never throws. */
  raise(alert: Alert): Promise<AlertOutcome>;
}

export interface Alert {
  readonly kind: string;
  readonly subject: string;
  readonly message: string;
  /** No customer data. */
  readonly facts?: Record<string, unknown>;
  readonly error?: unknown;
  /** Who raises it again until it is told: what they began themselves, in a process that died say, is no repeat. */
  readonly owner?: string;
}
