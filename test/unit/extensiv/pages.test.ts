import { expect, it } from 'vitest';
import { listPages } from '../../../src/adapters/extensiv/pages.js';

/** A list of so many pages, a row each. */
function listOf(pages: number) {
  const read = (page: number) => {
    const rows = [{ sku: `SKU-${page}` }];
    return { length: 1, total: pages, paged: true, number: page, first: rows[0], rows: () => rows };
  };
  const api = { call: async ({ query }: { query: { page: string } }) => read(Number(query.page)) };
  const request = { path: '/api/v1/inventory', lane: 'sync' };
  return listPages(api as never, { warn: () => undefined } as never, request as never);
}

async function count(pages: AsyncIterable<unknown>): Promise<number> {
  let counted = 0;
  for await (const _ of pages) counted += 1;
  return counted;
}

it('a list may be a thousand pages long', async () => {
  expect(await count(listOf(1000))).toBe(1000);
});

it('a longer list is a server that does not know where its end is', async () => {
  await expect(count(listOf(1001))).rejects.toThrow('the list has more than 1000 pages');
});
