import { type JsonLines, openJsonLines } from '../shared/json-lines.js';

/** What happened to the warehouse's state, one line of JSON each. */
export type Entry =
  | { readonly kind: 'order'; readonly order: { readonly id: string } }
  | { readonly kind: 'order-gone'; readonly id: string }
  | { readonly kind: 'item'; readonly item: { readonly sku: string } }
  | { readonly kind: 'item-gone'; readonly sku: string }
  | { readonly kind: 'raw-items'; readonly items: readonly unknown[] }
  | { readonly kind: 'next-order'; readonly next: number };

/** Keeps the state of the warehouse in one append-only file of a folder, or nowhere when there is no folder. */
export function openJournal(folder: string | undefined): JsonLines<Entry> {
  return openJsonLines<Entry>(folder, 'warehouse.jsonl');
}
