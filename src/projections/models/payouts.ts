import { currentEvent } from '../../commands/event-envelope.js';
import type { RecordedEvent } from '../../commands/event-store.js';
import type { OrderEvent } from '../../domain/order/events.js';
import type { Projection } from '../runtime/projection.js';
import { type Columns, tableDefinition, upsertRows } from './rows.js';

/** Columns of `read.payouts`, each with its PostgreSQL type. */
export const payoutColumns: Columns = {
  order_id: 'text',
  revision: 'bigint',
  brand_id: 'text',
  brand: 'text',
  kind: 'text',
  gross: 'bigint',
  brand_share: 'bigint',
  platform_share: 'bigint',
  currency: 'text',
  at: 'timestamptz',
  position: 'numeric(20, 0)',
};
export const payoutKey = ['order_id', 'revision', 'brand_id'];

/** `read.payouts`: the ledger, one signed row per brand for each allocation and each reversal. Rows never change. */
export const payoutsProjection: Projection = {
  name: 'payouts',
  version: 1,
  prefixes: ['order-'],
  rebuildable: true,
  tables: [
    {
      name: 'payouts',
      key: payoutKey,
      async create(tx, table) {
        await tx.raw(`create table ${table} (${tableDefinition(payoutColumns, payoutKey)})`);
        await tx.raw(`create index on ${table} (at)`);
        await tx.raw(`create index on ${table} (brand_id, at)`);
      },
    },
  ],
  async apply(events, tx, tableName) {
    await upsertRows(tx, tableName('payouts'), payoutColumns, payoutKey, events.flatMap(payoutRows), 'keep');
  },
};

/** The rows an event makes: none, or one per brand. */
export function payoutRows(recorded: RecordedEvent): Record<string, unknown>[] {
  const base = {
    order_id: recorded.stream.slice('order-'.length),
    revision: recorded.revision.toString(),
    position: recorded.position.commit.toString(),
  };
  return ledgerRows(currentEvent(recorded) as OrderEvent).map((row) => ({ ...base, ...row }));
}

function ledgerRows(event: OrderEvent): Record<string, unknown>[] {
  if (event.type !== 'PayoutsAllocated' && event.type !== 'PayoutsReversed') return [];
  const common =
    event.type === 'PayoutsAllocated'
      ? { kind: 'allocation', currency: event.data.currency, at: event.data.allocatedAt }
      : { kind: 'reversal', currency: event.data.currency, at: event.data.reversedAt };
  return event.data.entries.map((entry) => ({
    ...common,
    brand_id: entry.brandId,
    brand: entry.brand,
    gross: entry.gross,
    brand_share: entry.brandShare,
    platform_share: entry.platformShare,
  }));
}
