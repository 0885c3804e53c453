import type { CommandContext, UseCases } from '../../../src/commands/use-cases.js';
import { isRejection, type Rejection, reject } from '../../../src/domain/shared/decider.js';
import { asOrderId } from '../../../src/domain/shared/ids.js';
import type { ProductView } from '../../../src/projections/views.js';
import { exampleId, minute, placeOrder } from '../orders.js';
import { products } from './examples.js';
import type { OrderStreams } from './order-streams.js';

/** A call of a use case or a query. */
export interface Call {
  readonly useCase: string;
  readonly request: unknown;
  readonly context?: CommandContext;
}

/** Where the writes end that no stream here has. */
const elsewhere = { commit: 7n, prepare: 7n };

/** The use cases, deciding over the streams. Each call is noted, and the next one fails as `failNext` says. */
export function createUseCases(streams: OrderStreams, calls: Call[]) {
  let failure: Rejection | Error | null = null;

  async function attempt<T>(useCase: string, request: unknown, context: CommandContext | undefined, work: () => T) {
    calls.push({ useCase, request, ...(context ? { context } : {}) });
    const failed = failure;
    failure = null;
    if (failed instanceof Error) throw failed;
    if (failed) return failed as T;
    return work();
  }

  function place(request: Parameters<UseCases['placeOrder']>[0]): Answered<'placeOrder'> {
    const n = streams.size + 1;
    const [id, orderNumber] = [asOrderId(exampleId(n)), `VL-0000-0000-${String(n).padStart(4, '0')}`];
    const lineItems = request.lineItems.flatMap(({ sku, quantity }) => {
      const product = products.find((one) => one.sku === sku);
      return product ? [lineOf(product, quantity)] : [];
    });
    if (lineItems.length < request.lineItems.length) {
      return reject('unknown-sku', 'A SKU is not known.', { skus: ['?'] });
    }
    const shippingAddress = { ...request.shippingAddress, street2: request.shippingAddress.street2 ?? null };
    const command = { ...placeOrder, ...request, shippingAddress, lineItems, orderId: id, orderNumber };
    const outcome = streams.decide(id, command);
    if (isRejection(outcome)) return outcome;
    const payment = { paymentIntentId: `pi_${n}`, clientSecret: `pi_${n}_secret_s` };
    return { value: { orderId: id, orderNumber, payment, repeated: false }, position: outcome.position };
  }

  const useCases: UseCases = {
    placeOrder: (request, context) => attempt('placeOrder', request, context, () => place(request)),
    fetchPayment: (orderId, context) =>
      attempt<Answered<'fetchPayment'>>('fetchPayment', { orderId }, context, () => ({
        value: { paymentIntentId: 'pi_1', clientSecret: 'pi_1_secret_s' },
        position: elsewhere,
      })),
    cancelOrder: (request, context) =>
      attempt('cancelOrder', request, context, () => {
        const { reason, initiator } = request;
        return streams.change(request, { type: 'CancelOrder', reason, initiator, at: minute(40) });
      }),
    setStatus: (request, context) =>
      attempt('setStatus', request, context, () => {
        const { status, reason, trackingNumber = null, carrier = null } = request;
        return streams.change(request, { type: 'SetStatus', status, reason, trackingNumber, carrier, at: minute(40) });
      }),
    retryExport: (request, context) =>
      attempt('retryExport', request, context, () =>
        streams.change(request, { type: 'RetryExport', reason: request.reason, at: minute(40) }),
      ),
    requestRefund: (request, context) =>
      attempt('requestRefund', request, context, () => {
        const { orderId, reason, amount } = request;
        const before = streams.eventsOf(orderId).length;
        const part = amount === null ? {} : { amount };
        const outcome = streams.change(request, { type: 'RequestRefund', reason, at: minute(40), ...part });
        const repeated = streams.eventsOf(orderId).length === before;
        return isRejection(outcome) ? outcome : { ...outcome, value: { orderId, repeated } };
      }),
    receiveWebhook: ({ rawBody, signature }) =>
      attempt('receiveWebhook', { rawBody: rawBody.toString(), signature }, undefined, () =>
        signature === 'good' ? { stored: true, type: 'payment_intent.succeeded' } : 'bad-signature',
      ),
    syncInventory: (request, context) => attempt('syncInventory', request, context, () => ({ syncId: 's1' })),
    overrideBrandShare: (request, context) =>
      attempt<Answered<'overrideBrandShare'>>('overrideBrandShare', request, context, () => ({
        value: { brandId: request.brandId },
        position: elsewhere,
      })),
  };

  return {
    useCases,
    failNext(next: Rejection | Error) {
      failure = next;
    },
  };
}

type Answered<Name extends keyof UseCases> = Awaited<ReturnType<UseCases[Name]>>;

function lineOf(product: ProductView, quantity: number) {
  const { sku, name, brandId, brand, price, thc, batchNumber, coaLink } = product;
  const money = { quantity, unitPrice: price, lineTotal: price * quantity };
  return { sku, name, brandId, brand, ...money, thc, batchNumber, coaLink };
}
