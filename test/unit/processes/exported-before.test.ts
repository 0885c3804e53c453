import { expect, it } from 'vitest';
import { type RecordedEvent, unknownPosition } from '../../../src/commands/event-store.js';
import { asOrderId } from '../../../src/domain/shared/ids.js';
import { createExportedBefore, type RequestMoment } from '../../../src/processes/inventory/exported-before.js';
import { history, minute, toExported } from '../../support/orders.js';
import { recordedStream } from '../../support/recorded-stream.js';

const at = (commit: number) => ({ commit: BigInt(commit), prepare: BigInt(commit) });
/** Not from 0, which stands for a position that is not told. */
const stream = recordedStream('order-o1', history(...toExported)).map((event, index) => ({
  ...event,
  position: at(index + 1),
}));
const exported = stream.findIndex(({ type }) => type === 'OrderExported') + 1;
const early = minute(0);
const late = minute(60);

const countedOut = async (moment: RequestMoment, events: readonly RecordedEvent[] = stream) => {
  const reads: string[] = [];
  async function* readStream(name: string) {
    reads.push(name);
    yield* name === 'order-o1' ? events : [];
  }
  const found = await createExportedBefore({ readStream }, moment)(['o1', 'o2', 'o1'].map(asOrderId));
  expect(reads, 'each order is read once').toEqual(['order-o1', 'order-o2']);
  return found.length > 0;
};

it.each<[string, RequestMoment, boolean]>([
  ['as the last event before it', { logBefore: at(exported), requestedAt: early }, true],
  ['among others before it', { logBefore: at(exported + 1), requestedAt: early }, true],
  ['right after it', { logBefore: at(exported - 1), requestedAt: late }, false],
  ['after it, when the log was empty', { logBefore: null, requestedAt: late }, false],
])('an order that was exported %s', async (_when, moment, expected) => {
  expect(await countedOut(moment)).toBe(expected);
});

it('an order that is not exported is not counted out', async () => {
  expect(await countedOut({ logBefore: at(60), requestedAt: late }, stream.slice(0, exported - 1))).toBe(false);
});

it('of a store that tells no positions the times have to do', async () => {
  const untold = stream.map((event) => ({ ...event, position: unknownPosition }));
  expect(await countedOut({ logBefore: at(60), requestedAt: minute(exported - 1) }, untold)).toBe(false);
  expect(await countedOut({ logBefore: null, requestedAt: minute(exported) }, untold)).toBe(true);
});
