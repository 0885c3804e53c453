import Table from 'cli-table3';
import { counted } from '../../domain/shared/words.js';
import { type Finding, type FindingClass, findingClasses } from './finding.js';

/** What a reconciliation found. */
export interface ReconcileReport {
  readonly startedAt: string;
  readonly durationMs: number;
  /** Orders the warehouse has not touched since then are not compared, unless they are open here. */
  readonly since: string;
  readonly compared: { readonly orders: number; readonly warehouseOrders: number; readonly skus: number };
  /** Why the inventory that was read may not be whole, or null. SKUs it does not list are then no findings. */
  readonly stockDoubt: string | null;
  readonly counts: Readonly<Record<FindingClass, number>>;
  readonly findings: readonly Finding[];
}

export function countByClass(findings: readonly Finding[]): Record<FindingClass, number> {
  const counts = Object.fromEntries(findingClasses.map((name) => [name, 0])) as Record<FindingClass, number>;
  for (const { class: name } of findings) counts[name] += 1;
  return counts;
}

/** More rows nobody reads; the JSON has them all. */
const maxRows = 500;

/** The report for people: a summary, and a table of what was found. */
export function readableReport(report: ReconcileReport): string {
  const { compared, since, startedAt, stockDoubt, counts, findings } = report;
  const { orders, warehouseOrders, skus } = compared;
  const summary = [
    `Reconciliation of ${startedAt}, orders since ${since}`,
    `${counted(orders, 'order')} here, ${warehouseOrders} in the warehouse, ${counted(skus, 'SKU')} compared`,
    ...(stockDoubt === null ? [] : [`SKUs that the warehouse does not list are left out: ${stockDoubt}`]),
    findingClasses.map((name) => `${name}: ${counts[name]}`).join(', '),
  ];
  if (findings.length === 0) return `${summary.join('\n')}\nNo difference.\n`;
  const table = new Table({
    head: ['class', 'what', 'portal', 'warehouse', 'since', 'repair'],
    style: { head: [], border: [] },
  });
  for (const found of findings.slice(0, maxRows)) {
    const what = [found.orderNumber, found.extensivOrderId, found.sku].filter((name) => name !== null).join(' / ');
    table.push([found.class, what, found.portal, found.warehouse, found.since ?? '-', found.repair ?? 'by hand']);
  }
  const more = findings.length > maxRows ? [`and ${findings.length - maxRows} more`] : [];
  return `${[...summary, table.toString(), ...more].join('\n')}\n`;
}
