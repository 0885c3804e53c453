import { expect, it } from 'vitest';
import { lostSinceRead } from '../../../src/audit/last-read.js';

it.each([
  [null, 0, 'the projection orders has read it up to revision 13, and the whole stream is gone'],
  [9, 10, 'the projection orders has read it up to revision 13, and the stream now ends at revision 9'],
])('says in words what is left of a stream that now ends at %s', async (end, revision, detail) => {
  const read = [{ projection: 'orders', last: { stream: 'order-1', revision: 13n, hash: 'h' } }];
  const found = await lostSinceRead({ readStream: nothing }, read, {
    chains: { lastRevision: () => end },
    sealed: [],
  });
  expect(found).toMatchObject([{ what: 'truncated', stream: 'order-1', revision, detail }]);
});

async function* nothing() {}
