import type { RejectedItem } from '../../domain/sync/events.js';
import { type Finding, finding } from './finding.js';

/** A SKU as the portal's read model shows it. */
export interface PortalStock {
  readonly sku: string;
  readonly stock: number;
  readonly reserved: number;
  readonly listed: boolean;
}

/** Stock as the warehouse shows it. */
export interface WarehouseStock {
  /** By SKU. */
  readonly quantities: ReadonlyMap<string, number>;
  readonly rejected: readonly RejectedItem[];
  /** False when the inventory may have more than what was read: then nothing follows from what it does not list. */
  readonly whole: boolean;
}

/**
 * Compares quantities per SKU. What the portal has reserved the warehouse may have taken out already, so anything
 * between the two counts is equal.
 */
export function compareStock(
  portal: readonly PortalStock[],
  { quantities, rejected, whole }: WarehouseStock,
): Finding[] {
  const unusable = new Map(rejected.map(({ sku, reason }) => [sku, reason]));
  const listed = new Map(portal.filter((row) => row.listed).map((row) => [row.sku, row]));
  const findings: Finding[] = [];
  for (const { sku, stock, reserved } of listed.values()) {
    const there = quantities.get(sku);
    const says = `${stock} in stock`;
    if (there === undefined) {
      const reason = unusable.get(sku);
      if (reason === undefined && !whole) continue;
      const warehouse = reason === undefined ? 'does not list the SKU' : `lists it unusably: ${reason}`;
      // A sync leaves an unusable item as it was.
      const repair = reason === undefined ? 'sync' : null;
      findings.push(finding({ class: 'missing-there', sku, portal: says, warehouse, repair }));
    } else if (there > stock || there < stock - reserved) {
      const portal = reserved > 0 ? `${says}, ${reserved} reserved` : says;
      findings.push(finding({ class: 'quantity', sku, portal, warehouse: `${there} in stock`, repair: 'sync' }));
    }
  }
  for (const [sku, quantity] of quantities) {
    if (listed.has(sku)) continue;
    const warehouse = `${quantity} in stock`;
    findings.push(finding({ class: 'missing-here', sku, portal: 'does not list the SKU', warehouse, repair: 'sync' }));
  }
  return findings;
}
