import { isFinal } from '../domain/order/status.js';
import type { OrderId } from '../domain/shared/ids.js';
import { customerSubject, emailSubject } from '../domain/shared/personal-data.js';
import { orders, privacy } from './aggregates.js';
import type { EventStore, Position } from './event-store.js';
import type { CommandHandler } from './handler.js';
import type { Clock } from './ports.js';
import type { KeyRegister } from './privacy/keys.js';
import type { CommandContext } from './use-cases.js';

/** An order of a person, as far as the read model has come. */
export interface PersonsOrder {
  readonly orderId: OrderId;
  readonly orderNumber: string;
  readonly status: string;
  readonly customerId: string | null;
  /** Null for an order recorded in plain text, before personal data were encrypted. */
  readonly keyId: string | null;
}

/** Where orders of a person are looked up, and what of them lies outside the events. */
export interface PersonalRecords {
  /** Orders encrypted with one of these keys. */
  ofKeys(keyIds: readonly string[]): Promise<PersonsOrder[]>;
  /** Orders that name this customer id or e-mail address and are not erased. */
  naming(customer: string): Promise<PersonsOrder[]>;
  /** Waits until the read models show what is at this position. @returns false when they do not in time */
  waitFor(position: Position): Promise<boolean>;
  /** Those of the orders whose streams a read model has parked: its rows follow no event, and keep what they show. */
  parked(orderIds: readonly OrderId[]): Promise<OrderId[]>;
  /** Takes personal data out of what was received and noted about an order. */
  eraseTraces(order: { orderId: OrderId; paymentIntentIds: readonly string[] }): Promise<void>;
  /** Has the database forget what stood there before. */
  forgetTraces(): Promise<void>;
  /**
   * Drops former generations of read models, which are kept for a rollback and follow no event, and traces of former
   * rows.
   * @returns false when a rebuild takes longer than is waited for
   */
  dropFormerRows(): Promise<boolean>;
}

export interface ErasureDeps {
  readonly handler: CommandHandler;
  readonly clock: Clock;
  readonly eventStore: Pick<EventStore, 'head'>;
  readonly keys: KeyRegister;
  readonly records: PersonalRecords;
}

export interface ErasureRequest {
  /** Customer id or e-mail address. */
  readonly customer: string;
  readonly reason: string;
  /** Also while an order is not final; it can then be neither shipped nor announced. */
  readonly force: boolean;
  /** Told of how many orders nothing is left, and what share of them that is. */
  readonly onProgress?: (orders: number, share: number) => void;
}

export type ErasureOutcome =
  | {
      readonly outcome: 'erased';
      readonly keyIds: readonly string[];
      readonly orders: readonly PersonsOrder[];
      /** Orders that name the customer too and keep it: another key encrypted them, or none. */
      readonly untouched: readonly PersonsOrder[];
    }
  | { readonly outcome: 'unknown'; readonly untouched: readonly PersonsOrder[] }
  | { readonly outcome: 'open-orders'; readonly orders: readonly PersonsOrder[] }
  /** Read models have left these behind and would go on showing the person; no key was destroyed. */
  | { readonly outcome: 'parked'; readonly orderIds: readonly OrderId[] }
  /** The read models have not caught up; nothing was destroyed, and it can be asked for again. */
  | { readonly outcome: 'behind' }
  /** A rebuild goes on; no key was destroyed, and it can be asked for again. */
  | { readonly outcome: 'rebuilding' };

/**
 * Erases a person: their orders forget them, their key is destroyed, and a receipt is recorded. Until the receipt is
 * written nothing is lost for good, and the same request takes up where it stopped; from then on an effect asked for by
 * the receipt destroys the key, should this process not come to it.
 */
export async function erasePersonalData(
  deps: ErasureDeps,
  { customer, reason, force, onProgress }: ErasureRequest,
  context: CommandContext,
): Promise<ErasureOutcome> {
  const { handler, clock, keys, records } = deps;
  if (!(await readModelsFollow(deps))) return { outcome: 'behind' };
  const keyIds = (await keys.ofSubjects(subjectsOf(customer))).map(({ id }) => id);
  const untouched = (await records.naming(customer)).filter(({ keyId }) => keyId === null || !keyIds.includes(keyId));
  if (keyIds.length === 0) return { outcome: 'unknown', untouched };
  const open = () => records.ofKeys(keyIds).then((found) => found.filter(({ status }) => !force && !isFinal(status)));
  const openBefore = await open();
  if (openBefore.length > 0) return { outcome: 'open-orders', orders: openBefore };

  // From here on a new order of theirs has a new key, so these orders are all there will ever be.
  await keys.retire(keyIds);
  if (!(await readModelsFollow(deps))) return { outcome: 'behind' };
  const openNow = await open();
  if (openNow.length > 0) return { outcome: 'open-orders', orders: openNow };
  const found = await records.ofKeys(keyIds);
  const parked = () => records.parked(found.map(({ orderId }) => orderId));
  const parkedBefore = await parked();
  if (parkedBefore.length > 0) return { outcome: 'parked', orderIds: parkedBefore };

  for (const [before, { orderId }] of found.entries()) {
    const at = clock.now().toISOString();
    const handled = await handler.handle(orders, orderId, { type: 'EraseCustomerData', at }, context);
    if (handled.rejected) throw new Error(`order ${orderId}: ${handled.detail}`);
    await records.eraseTraces({ orderId, paymentIntentIds: handled.state?.initiatedPayments ?? [] });
    onProgress?.(before + 1, (before + 1) / found.length);
  }
  await records.forgetTraces();
  if (!(await readModelsFollow(deps))) return { outcome: 'behind' };
  const parkedNow = await parked();
  if (parkedNow.length > 0) return { outcome: 'parked', orderIds: parkedNow };
  if (!(await records.dropFormerRows())) return { outcome: 'rebuilding' };

  for (const keyId of keyIds) {
    const orderIds = found.filter((order) => order.keyId === keyId).map(({ orderId }) => orderId);
    const at = clock.now().toISOString();
    await handler.handle(privacy, keyId, { type: 'EraseKey', keyId, orderIds, reason, at }, context);
    await keys.destroy(keyId);
  }
  return { outcome: 'erased', keyIds, orders: found, untouched };
}

/** Every subject that this customer id or e-mail address may stand for. */
export function subjectsOf(customer: string): string[] {
  return [customerSubject(customer), emailSubject(customer)];
}

async function readModelsFollow({ eventStore, records }: ErasureDeps): Promise<boolean> {
  const head = await eventStore.head();
  return head === null || records.waitFor(head);
}
