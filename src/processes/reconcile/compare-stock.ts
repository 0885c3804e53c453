import type { Sku } from '../../domain/shared/ids.js';
import type { RejectedItem } from '../../domain/sync/events.js';
import type { PortalStock } from '../../projections/queries/portal-side.js';
import { type Finding, finding } from './finding.js';

/** Stock as the warehouse shows it. */
export interface WarehouseStock {
  /** By SKU. */
  readonly quantities: ReadonlyMap<Sku, number>;
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
  for (const row of listed.values()) {
    const there = quantities.get(row.sku);
    const reason = unusable.get(row.sku);
    if (there === undefined) {
      if (whole || reason !== undefined) findings.push(missingThere(row, reason));
    } else if (there > row.stock || there < row.stock - row.reserved) {
      findings.push(otherQuantity(row, there));
    }
  }
  for (const [sku, quantity] of quantities) if (!listed.has(sku)) findings.push(missingHere(sku, quantity));
  return findings;
}

/** @param reason why what the warehouse says of the SKU is unusable, where it says anything */
function missingThere({ sku, stock }: PortalStock, reason: string | undefined): Finding {
  const facts = { class: 'missing-there', sku, portal: `${stock} in stock` } as const;
  if (reason === undefined) return finding({ ...facts, warehouse: 'does not list the SKU', repair: 'sync' });
  // A sync leaves an unusable item as it was.
  return finding({ ...facts, warehouse: `lists it unusably: ${reason}`, repair: null });
}

function otherQuantity({ sku, stock, reserved }: PortalStock, there: number): Finding {
  const portal = reserved > 0 ? `${stock} in stock, ${reserved} reserved` : `${stock} in stock`;
  return finding({ class: 'quantity', sku, portal, warehouse: `${there} in stock`, repair: 'sync' });
}

function missingHere(sku: Sku, quantity: number): Finding {
  const warehouse = `${quantity} in stock`;
  return finding({ class: 'missing-here', sku, portal: 'does not list the SKU', warehouse, repair: 'sync' });
}
