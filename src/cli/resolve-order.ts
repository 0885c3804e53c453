import type { Portal } from '../compose.js';
import { CliError } from './exit-codes.js';

/** The read model knows order numbers; an id is found without it. @throws CliError when there is none */
export async function resolveOrderId(portal: Portal, idOrNumber: string): Promise<string> {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(idOrNumber)) return idOrNumber.toLowerCase();
  const found = await portal.projections.queries.order(idOrNumber);
  if (!found) throw new CliError(`there is no order ${idOrNumber}`);
  return found.id;
}
