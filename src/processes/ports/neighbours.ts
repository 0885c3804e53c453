import { PaymentsError } from '../../commands/ports.js';
import { DeliveryError, MailError } from './outbound.js';
import { WarehouseError } from './warehouse.js';

/** Whether a failure is one of an outside party (payment provider, warehouse, mail server, delivery partner). */
export function isOfNeighbour(error: unknown): boolean {
  return [PaymentsError, WarehouseError, MailError, DeliveryError].some((kind) => error instanceof kind);
}
