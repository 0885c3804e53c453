import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { jsonEvent } from '@eventstore/db-client';
import { expect, it } from 'vitest';
import { collect } from '../support/collect.js';
import { connect, numbered, startEventStore } from '../support/eventstoredb.js';

const events = 64;
const subscribers = 3;

it('keeps memory flat while subscribers do not read, and serves them when they do', async ({ skip }) => {
  if (!existsSync('/proc/self/status')) skip('the memory of another process is only known through /proc');
  const store = await startEventStore();
  const megabytes = () =>
    Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${store.pid}/status`, 'utf8'))?.[1]) / 1024;
  const writer = connect(store.url);
  const large = () => jsonEvent({ type: 'Large', data: { pad: 'x'.repeat(1_000_000) } });
  for (let n = 0; n < events; n += 1) await writer.appendToStream('large', large());
  const before = megabytes();

  const readers = Array.from({ length: subscribers }, () => connect(store.url));
  const subscriptions = readers.map((reader) => reader.subscribeToStream('large', {}, { highWaterMark: 1 }));
  await Promise.all(subscriptions.map((subscription) => once(subscription, 'confirmation')));
  // Round trips of others: by then a server that pays no heed would have taken in everything.
  for (let n = 0; n < 50; n += 1) await writer.appendToStream('small', numbered(1));
  expect(megabytes() - before).toBeLessThan((events * subscribers) / 2);

  for (const subscription of subscriptions) expect(await collect(subscription, events)).toHaveLength(events);
  await Promise.all([writer, ...readers].map((client) => client.dispose()));
  await store.stop();
});
