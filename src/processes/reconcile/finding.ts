import type { ExtensivOrderId, OrderId, Sku } from '../../domain/shared/ids.js';

/** What a reconciliation tells apart. */
export const findingClasses = ['missing-there', 'missing-here', 'quantity', 'status', 'stuck'] as const;
export type FindingClass = (typeof findingClasses)[number];

/** What can be done about a finding. Null repairs are for people: nothing the portal could do would be right. */
type Repair =
  /** Record once that the warehouse does not know the order: a conflict, with an alert. */
  | 'record-missing'
  /** Take over the warehouse's order as this order's export. */
  | 'adopt'
  /** Record what the warehouse says of the order. */
  | 'observe'
  /** Ask again for the export. */
  | 'export'
  | 'retry-export'
  /** Ask again for the cancellation in the warehouse. */
  | 'cancel-there'
  /** Take over the warehouse's stock. */
  | 'sync';

/** One difference between the portal and the warehouse. */
export interface Finding {
  readonly class: FindingClass;
  readonly orderId: OrderId | null;
  readonly orderNumber: string | null;
  readonly extensivOrderId: ExtensivOrderId | null;
  readonly sku: Sku | null;
  /** What the portal says, in words. */
  readonly portal: string;
  /** What the warehouse says, in words. */
  readonly warehouse: string;
  /** Since when, ISO 8601, where that is known. */
  readonly since: string | null;
  readonly repair: Repair | null;
}

const nothing = { orderId: null, orderNumber: null, extensivOrderId: null, sku: null, since: null, repair: null };

export function finding(of: Partial<Finding> & Pick<Finding, 'class' | 'portal' | 'warehouse'>): Finding {
  return { ...nothing, ...of };
}
