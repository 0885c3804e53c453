import { brands } from '../../commands/aggregates.js';
import type { BrandEvent } from '../../domain/brand/events.js';
import { streamFoldProjection } from './stream-fold.js';

interface Brand {
  readonly name: string;
  readonly brandShareBps: number | null;
}

/** `read.brands`: one row per brand. */
export const brandsProjection = streamFoldProjection<Brand>({
  name: 'brands',
  version: 1,
  category: brands.category,
  keyColumn: 'brand_id',
  columns: { name: 'text', brand_share_bps: 'integer' },
  indexes: ['(lower(name))'],
  evolve(state, untyped) {
    const event = untyped as BrandEvent;
    switch (event.type) {
      case 'BrandRegistered':
        return { name: event.data.name, brandShareBps: state?.brandShareBps ?? null };
      case 'BrandShareOverridden':
        return state && { ...state, brandShareBps: event.data.brandShareBps };
      default:
        return state;
    }
  },
  toColumns: (brand) => ({ name: brand.name, brand_share_bps: brand.brandShareBps }),
});
