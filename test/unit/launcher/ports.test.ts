import { expect, test } from 'vitest';
import { rangeBelow } from '../../../embedded/stack/ports.js';

test.each([
  ['clients begin at 32768, as on most machines', 32_768, { lowest: 20_000, highest: 32_000 }],
  ['clients begin at 16000', 16_000, { lowest: 9_000, highest: 16_000 }],
  ['clients get nearly all ports', 1_024, { lowest: 20_000, highest: 32_000 }],
])('free ports are looked for below those of clients: %s', (_case, first, range) => {
  expect(rangeBelow(first)).toEqual(range);
});
