import type { StockList } from '../queries.js';
import type { EntryForm } from './cache-store.js';
import type { Dated } from './dated.js';

/** `"value"` is the list as JSON, `"total"` spares counting it. */
const beginning = /^\{"asOf":(?:"([^"\\]*)"|null),"total":(\d+),"value":$/;
const listBegins = Buffer.from('[');

/**
 * All stock, which is passed on as it is written: a hundred thousand SKUs as objects take seconds and hundreds of
 * megabytes.
 */
export const stockListForm: EntryForm<Dated<StockList>> = {
  bulky: true,
  encode: ({ asOf, value: { items, total } }) => [
    Buffer.from(`{"asOf":${JSON.stringify(asOf)},"total":${total},"value":`),
    items,
    Buffer.from('}'),
  ],
  decode(json) {
    const start = json.indexOf(listBegins);
    const [, asOf = null, total] = beginning.exec(json.subarray(0, start).toString()) ?? [];
    if (total === undefined) return null;
    return { asOf, value: { items: json.subarray(start, -1), total: Number(total) } };
  },
};
