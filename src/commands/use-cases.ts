import type { Rejection } from '../domain/shared/decider.js';
import type { BrandId, OrderId, Sku } from '../domain/shared/ids.js';
import type { Position } from './event-store.js';

/** Why and for whom a command runs; becomes the metadata of its events. */
export interface CommandContext {
  readonly correlationId: string;
  /** Id of what caused the command: a request, a webhook, an event, a job. */
  readonly causationId: string;
  readonly actor: string;
}

/** `position` is that of the last event of the stream, also when the command had nothing to add; null where there is none. */
export type Outcome<Value> =
  | { readonly rejected?: false; readonly value: Value; readonly position: Position | null }
  | Rejection;

/** Everything the API and the CLI can ask the portal to do. */
export interface UseCases {
  placeOrder(request: PlaceOrderRequest, context: CommandContext): Promise<Outcome<PlacedOrder>>;
  /** The open payment of an order, created now if Stripe was down when the order was placed. */
  fetchPayment(orderId: OrderId, context: CommandContext): Promise<Outcome<PaymentView>>;
  cancelOrder(request: CancelOrderRequest, context: CommandContext): Promise<Outcome<{ orderId: OrderId }>>;
  setStatus(request: SetStatusRequest, context: CommandContext): Promise<Outcome<{ orderId: OrderId }>>;
  retryExport(request: ChangeOrderRequest, context: CommandContext): Promise<Outcome<{ orderId: OrderId }>>;
  /** Sends back what is left of a payment, or `amount` of it (minor units). */
  requestRefund(request: RefundRequest, context: CommandContext): Promise<Outcome<RequestedRefund>>;
  /**
   * Stores a signed webhook; `stored` false when its event id is known already. What follows from it has the correlation
   * id of the request that brought it first.
   */
  receiveWebhook(
    request: { rawBody: Buffer; signature: string },
    context: Pick<CommandContext, 'correlationId'>,
  ): Promise<{ stored: boolean; type: string } | 'bad-signature'>;
  /**
   * Starts a sync or joins the one under way. With `wait` the answer comes when it has ended, and says how, or when
   * `signal` ends the wait.
   */
  syncInventory(
    request: { force: boolean; wait: boolean; trigger: 'manual' | 'schedule' | 'startup'; signal?: AbortSignal },
    context: CommandContext,
  ): Promise<RequestedSync>;
  overrideBrandShare(request: BrandShareRequest, context: CommandContext): Promise<Outcome<{ brandId: BrandId }>>;
}

/** What a change of an order is meant for; without it for whatever the order has become. */
export interface Condition {
  /** Revisions of the order at which the change is meant; at any other it throws RevisionMismatch. */
  readonly onlyAt?: readonly bigint[] | undefined;
}

export interface PlaceOrderRequest {
  /** Same key and same body: the same order again; same key, other body: rejected. */
  readonly idempotencyKey: string | null;
  readonly customerId: string | null;
  readonly customer: { name: string; email: string; phone: string; companyName: string };
  readonly shippingAddress: {
    street1: string;
    street2?: string | null;
    city: string;
    state: string;
    zip: string;
    country: string;
  };
  readonly lineItems: readonly { sku: Sku; quantity: number }[];
  readonly deliveryMethod: 'pickup' | 'delivery';
  readonly deliveryZone: string | null;
}

/** What is asked in every change of an order. */
export interface ChangeOrderRequest extends Condition {
  readonly orderId: OrderId;
  readonly reason: string;
}

export interface CancelOrderRequest extends ChangeOrderRequest {
  readonly initiator: 'buyer' | 'operator';
}

export interface SetStatusRequest extends ChangeOrderRequest {
  readonly status: string;
  readonly trackingNumber?: string;
  readonly carrier?: string;
}

export interface BrandShareRequest {
  readonly brandId: BrandId;
  /** Null for the default rule. */
  readonly brandShareBps: number | null;
  readonly reason: string;
}

export interface RefundRequest extends ChangeOrderRequest {
  /** Minor units; null for all that is left. */
  readonly amount: number | null;
  /** Same key, amount and reason: the same refund again; same key, another refund of the order: rejected. */
  readonly idempotencyKey: string | null;
}

export interface RequestedRefund {
  readonly orderId: OrderId;
  /** True when this very refund had been asked for before. */
  readonly repeated: boolean;
}

export interface PaymentView {
  readonly paymentIntentId: string;
  readonly clientSecret: string;
}

/** `ended` and `position`, that of the last event of its day, stand for a run that was waited for. */
export interface RequestedSync {
  readonly syncId: string;
  readonly ended?: 'completed' | 'failed';
  readonly position?: Position | null;
}

/** `payment` is null when the payment provider could not be reached: the order waits, the payment can be fetched later. */
export interface PlacedOrder {
  readonly orderId: OrderId;
  readonly orderNumber: string;
  readonly payment: PaymentView | null;
  /** True when the idempotency key had been used for this very order before. */
  readonly repeated: boolean;
}
