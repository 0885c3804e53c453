import { randomUUID } from 'node:crypto';
import { jsonEvent, type ResolvedEvent } from '@eventstore/db-client';
import { expect, it } from 'vitest';
import { collect } from '../support/collect.js';
import { connect, startEventStore } from '../support/eventstoredb.js';
import { randomRuns } from '../support/runs.js';
import { until } from '../support/until.js';

const rounds = randomRuns(30);
const streams = 8;
const batch = 3;

const title = `loses no acknowledged event in ${rounds} kills and leaves no gap, duplicate or half batch`;

it(title, { timeout: 60_000 + rounds * 10_000 }, async () => {
  const store = await startEventStore();
  const acknowledged = new Map<string, { stream: string; revision: bigint }>();
  const attempted: string[][] = [];

  for (let round = 0; round < rounds; round += 1) {
    const client = connect(store.url);
    let killed = false;
    const writers = Array.from({ length: streams }, async (_, index) => {
      const stream = `killed-${index}`;
      while (!killed) {
        const events = Array.from({ length: batch }, (_, n) =>
          jsonEvent({ type: 'Kept', data: { n, pad: 'x'.repeat(200) } }),
        );
        attempted.push(events.map(({ id }) => id));
        const result = await client.appendToStream(stream, events).catch(() => undefined);
        if (result === undefined) return;
        for (const [n, { id }] of events.entries()) {
          acknowledged.set(id, { stream, revision: result.nextExpectedRevision - BigInt(batch - 1 - n) });
        }
      }
    });
    const before = acknowledged.size;
    await until('the first appends of the round are acknowledged', () => acknowledged.size > before);
    // At any moment: that is what is tried, so it is not waited for anything in particular.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 250));
    await store.kill();
    killed = true;
    await Promise.all(writers);
    await client.dispose().catch(() => undefined);
    await store.restart();
  }

  const client = connect(store.url);
  const log = await collect(client.readAll());
  const byId = new Map(log.map(({ event }) => [event?.id ?? '', event]));
  expect(byId.size).toBe(log.length);
  expect(acknowledged.size).toBeGreaterThan(rounds * batch);
  for (const [id, { stream, revision }] of acknowledged) {
    expect(byId.get(id)).toMatchObject({ streamId: stream, revision });
  }
  for (const ids of attempted) expect([0, batch]).toContain(ids.filter((id) => byId.has(id)).length);
  expect(log.map(({ event }) => event?.position?.commit)).toEqual(
    log.map((_, index) => ((log[0] as ResolvedEvent).commitPosition as bigint) + BigInt(index)),
  );
  for (let index = 0; index < streams; index += 1) {
    const events = await collect(client.readStream(`killed-${index}`));
    expect(events.map(({ event }) => event?.revision)).toEqual(events.map((_, revision) => BigInt(revision)));
  }
  await client.appendToStream(`after-${randomUUID()}`, jsonEvent({ type: 'Alive', data: {} }));
  await client.dispose();
  await store.stop();
});
