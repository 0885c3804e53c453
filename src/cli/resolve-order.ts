import { validate as isUuid } from 'uuid';
import type { Portal } from '../compose.js';
import { asOrderId, type OrderId } from '../domain/shared/ids.js';
import { CliError } from './exit-codes.js';

/** The read model knows order numbers; an id is found without it. @throws CliError when there is none */
export async function resolveOrderId(portal: Portal, idOrNumber: string): Promise<OrderId> {
  if (isUuid(idOrNumber)) return asOrderId(idOrNumber.toLowerCase());
  const found = await portal.projections.queries.order(idOrNumber);
  if (!found) throw new CliError(`there is no order ${idOrNumber}`);
  return found.id;
}
