import { describe, expect, it } from 'vitest';
import { inventory, inventorySyncs, orders } from '../../../src/commands/aggregates.js';
import { categoryOf, idOf, isStreamOf, prefixOf, streamOf } from '../../../src/commands/streams.js';

describe('the name of a stream', () => {
  it.each([
    ['order-1f0c', orders, '1f0c'],
    ['inventory-VTH-HON-0001', inventory, 'VTH-HON-0001'],
    ['inventorySync-2026-03-01', inventorySyncs, '2026-03-01'],
  ])('%s is made of a category and an id, and taken apart again', (stream, aggregate, id) => {
    expect(streamOf(aggregate, id)).toBe(stream);
    expect([categoryOf(stream), idOf(stream)]).toEqual([aggregate.category, id]);
  });

  it('tells of which category it is, also of one whose name begins another', () => {
    const streams = ['inventory-SKU', 'inventorySync-2026-03-01', 'order-1f0c'];
    expect(streams.filter((stream) => isStreamOf(inventory, stream))).toEqual(['inventory-SKU']);
    expect(streams.filter((stream) => stream.startsWith(prefixOf(inventorySyncs)))).toEqual([
      'inventorySync-2026-03-01',
    ]);
  });
});
