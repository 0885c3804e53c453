import { formatDecimal } from '../../domain/shared/money.js';
import type { PayoutEntry } from '../../projections/views.js';

/** Columns of a payout statement as CSV (RFC 4180); amounts are decimals in major units. */
const columns = [
  'at',
  'order_number',
  'order_id',
  'brand_id',
  'brand',
  'kind',
  'gross',
  'brand_share',
  'platform_share',
  'currency',
] as const;

interface Totals {
  gross: number;
  brandShare: number;
  platformShare: number;
}

/**
 * A payout statement as CSV, line by line. The last lines, of kind `total`, are the sums of the lines above them, one
 * per currency, added up from those very lines.
 */
export async function* payoutCsv(entries: AsyncIterable<PayoutEntry>): AsyncGenerator<string> {
  yield line([...columns]);
  const totals = new Map<string, Totals>();
  for await (const entry of entries) {
    const { at, orderNumber, orderId, brandId, brand, kind, currency } = entry;
    yield line([at, orderNumber, orderId, brandId, brand, kind, ...amounts(entry, currency), currency]);
    const sum = totals.get(currency) ?? { gross: 0, brandShare: 0, platformShare: 0 };
    totals.set(currency, {
      gross: sum.gross + entry.gross,
      brandShare: sum.brandShare + entry.brandShare,
      platformShare: sum.platformShare + entry.platformShare,
    });
  }
  for (const [currency, sum] of [...totals].sort(([a], [b]) => (a < b ? -1 : 1))) {
    yield line(['', '', '', '', '', 'total', ...amounts(sum, currency), currency]);
  }
}

function amounts({ gross, brandShare, platformShare }: Totals, currency: string): string[] {
  return [gross, brandShare, platformShare].map((amount) => formatDecimal(amount, currency));
}

function line(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

/** A spreadsheet takes text that starts like a formula for one; an apostrophe keeps it text. Amounts stay numbers. */
function cell(text: string): string {
  const safe = /^[=+\-@＝＋－＠\t\r\n]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
