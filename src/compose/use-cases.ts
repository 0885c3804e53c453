import { cancelOrder, retryExport, setStatus } from '../commands/change-order.js';
import { fetchPayment } from '../commands/fetch-payment.js';
import { overrideBrandShare } from '../commands/override-brand-share.js';
import { type PlaceOrderDeps, placeOrder } from '../commands/place-order.js';
import { requestRefund } from '../commands/request-refund.js';
import type { UseCases } from '../commands/use-cases.js';
import { createSyncInventory, type SyncInventoryDeps } from '../processes/inventory/request.js';
import { createReceiveWebhook, type ReceiveWebhookDeps } from '../processes/webhooks/receive.js';

/** Everything a caller can ask of the portal, each with what it needs. */
export function createUseCases(deps: PlaceOrderDeps & ReceiveWebhookDeps & SyncInventoryDeps): UseCases {
  return {
    placeOrder: (request, context) => placeOrder(deps, request, context),
    fetchPayment: (orderId, context) => fetchPayment(deps, orderId, context),
    cancelOrder: (request, context) => cancelOrder(deps, request, context),
    setStatus: (request, context) => setStatus(deps, request, context),
    retryExport: (request, context) => retryExport(deps, request, context),
    requestRefund: (request, context) => requestRefund(deps, request, context),
    overrideBrandShare: (request, context) => overrideBrandShare(deps, request, context),
    receiveWebhook: createReceiveWebhook(deps),
    syncInventory: createSyncInventory(deps),
  };
}
