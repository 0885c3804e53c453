import { orders } from '../../commands/aggregates.js';
import type { OrderEvent } from '../../domain/order/events.js';
import type { DomainEvent } from '../../domain/shared/event-schema.js';
import { ledgerProjection } from './ledger.js';

/** `read.payouts`: one signed row per brand for each allocation and each reversal. */
export const payoutsProjection = ledgerProjection({
  name: 'payouts',
  version: 1,
  ledgers: [
    {
      table: 'payouts',
      category: orders.category,
      keyColumn: 'order_id',
      rowKey: ['brand_id'],
      columns: {
        brand_id: 'text',
        brand: 'text',
        kind: 'text',
        gross: 'bigint',
        brand_share: 'bigint',
        platform_share: 'bigint',
        currency: 'text',
        at: 'timestamptz',
      },
      indexes: ['(at)', '(brand_id, at)'],
      types: new Set(['PayoutsAllocated', 'PayoutsReversed']),
      rowsOf: payoutRows,
    },
  ],
});

function payoutRows(untyped: DomainEvent): Record<string, unknown>[] {
  const event = untyped as OrderEvent;
  if (event.type !== 'PayoutsAllocated' && event.type !== 'PayoutsReversed') return [];
  const [kind, at] =
    event.type === 'PayoutsAllocated' ? ['allocation', event.data.allocatedAt] : ['reversal', event.data.reversedAt];
  const { currency } = event.data;
  return event.data.entries.map((entry) => ({
    kind,
    currency,
    at,
    brand_id: entry.brandId,
    brand: entry.brand,
    gross: entry.gross,
    brand_share: entry.brandShare,
    platform_share: entry.platformShare,
  }));
}
