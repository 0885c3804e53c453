import type { Locks } from '../commands/ports.js';
import type { OrderId } from '../domain/shared/ids.js';

/**
 * Works on an order as the only one of those who create it in the warehouse, cancel it there or give its stock back: each
 * goes by whether the warehouse has it, which the others may be changing.
 */
export function inExportTurn<Value>(locks: Locks, orderId: OrderId, work: () => Promise<Value>): Promise<Value> {
  return locks.exclusively(`export:${orderId}`, work);
}
