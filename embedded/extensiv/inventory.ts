import {
  batchFields,
  brandFields,
  catalogue,
  certificateFields,
  priceFields,
  type StockItem,
  thcFields,
} from './catalogue.js';
import type { Entry } from './journal.js';

/** A request for some of an item. */
interface Line {
  readonly sku: string;
  readonly quantity: number;
}

export interface Inventory {
  find(sku: string): StockItem | undefined;
  /** Everything the inventory feed lists, in a stable order: real items, then injected raw ones. */
  feed(): readonly unknown[];
  items(): readonly StockItem[];
  /** SKUs that do not exist, and those of which there are too few, summed per SKU. */
  shortages(lines: readonly Line[]): {
    unknown: string[];
    short: { sku: string; requested: number; available: number }[];
  };
  /** Takes the lines out of stock, or puts them back with `direction` 1. Unknown SKUs are passed over. */
  move(lines: readonly Line[], direction: -1 | 1, at: string): Entry[];
  /** Creates or changes an item. Fields may have the portal's short names (`quantity`, `name`, `price`, `brand`, ...). */
  put(sku: string, fields: Record<string, unknown>, at: string): Entry[];
  remove(sku: string): Entry[];
  /** Appends whatever is given to the feed, however broken; an empty list takes all of it away. */
  inject(items: readonly unknown[]): Entry[];
  apply(entry: Entry): void;
  snapshot(): Iterable<Entry>;
  reset(size?: number): void;
}

/** The stock of the warehouse, starting from the seeded catalogue. */
export function createInventory(initialSize: number, seed: number): Inventory {
  let stock = new Map<string, StockItem>();
  let raw: unknown[] = [];
  let touched = new Map<string, StockItem | null>();
  /** The list that pages are cut from; null when items came or went since. */
  let listed: StockItem[] | null = null;

  function reset(size = initialSize): void {
    stock = new Map(catalogue(size, seed).map((item) => [item.sku, item]));
    raw = [];
    touched = new Map();
    listed = null;
  }
  reset();

  function store(item: StockItem): Entry {
    if (!stock.has(item.sku)) listed = null;
    const known = stock.get(item.sku);
    // Changed in place, so that the list of all items stays the same list.
    const kept = known ? Object.assign(known, item) : item;
    stock.set(item.sku, kept);
    touched.set(item.sku, kept);
    return { kind: 'item', item: kept };
  }

  function remove(sku: string): Entry[] {
    if (!stock.delete(sku)) return [];
    touched.set(sku, null);
    listed = null;
    return [{ kind: 'item-gone', sku }];
  }

  function items(): StockItem[] {
    listed ??= [...stock.values()];
    return listed;
  }

  function inject(added: readonly unknown[]): Entry[] {
    raw = added.length === 0 ? [] : [...raw, ...added];
    return [{ kind: 'raw-items', items: added }];
  }

  return {
    find: (sku) => stock.get(sku),
    feed: () => (raw.length === 0 ? items() : [...items(), ...raw]),
    items,
    shortages(lines) {
      const wanted = sumPerSku(lines);
      const unknown = [...wanted.keys()].filter((sku) => !stock.has(sku));
      const short = [...wanted].flatMap(([sku, requested]) => {
        const available = stock.get(sku)?.quantity_available;
        return available !== undefined && available < requested ? [{ sku, requested, available }] : [];
      });
      return { unknown, short };
    },
    move(lines, direction, at) {
      return [...sumPerSku(lines)].flatMap(([sku, quantity]) => {
        const item = stock.get(sku);
        if (!item) return [];
        return [store({ ...item, quantity_available: item.quantity_available + direction * quantity, updated_at: at })];
      });
    },
    put: (sku, fields, at) => [
      store({ ...(stock.get(sku) ?? blankItem(sku)), ...spelled(stock.get(sku), fields), sku, updated_at: at }),
    ],
    remove,
    inject,
    apply(entry) {
      if (entry.kind === 'item') store(entry.item as StockItem);
      else if (entry.kind === 'item-gone') remove(entry.sku);
      else if (entry.kind === 'raw-items') inject(entry.items);
    },
    *snapshot() {
      for (const [sku, item] of touched) yield item ? { kind: 'item', item } : { kind: 'item-gone', sku };
      if (raw.length > 0) yield { kind: 'raw-items', items: raw };
    },
    reset,
  };
}

function sumPerSku(lines: readonly Line[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { sku, quantity } of lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
  return sums;
}

function blankItem(sku: string): StockItem {
  return { sku, product_name: sku, brand: 'VitalHemp', quantity_available: 0, price: '10.00', updated_at: '' };
}

const shortNames: Readonly<Record<string, readonly [string, string]>> = {
  brand: brandFields,
  price: priceFields,
  thc: thcFields,
  batchNumber: batchFields,
  coaLink: certificateFields,
};

/** Field names as this item spells them on the wire. */
function spelled(item: StockItem | undefined, fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [wireName(item, name), value]));
}

function wireName(item: StockItem | undefined, name: string): string {
  if (name === 'quantity') return 'quantity_available';
  if (name === 'name') return 'product_name';
  const spellings = shortNames[name];
  if (!spellings) return name;
  return spellings.find((spelling) => item && spelling in item) ?? spellings[0];
}
