import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { open } from 'lmdb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collect } from '../support/collect.js';
import { connect, failToStart, numbered, numbers, startEventStore } from '../support/eventstoredb.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'eventstoredb-folder-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the data folder', () => {
  it('is refused, and left as it is, when it holds something else', async () => {
    writeFileSync(path.join(folder, 'thesis.txt'), 'mine');
    const { code, message } = await failToStart(folder);
    expect(code).not.toBe(0);
    expect(message).toContain(`${folder} was not made by this event store: it holds thesis.txt`);
    expect(readdirSync(folder)).toEqual(['thesis.txt']);
  });

  it('is refused when another version wrote it', async () => {
    writeFileSync(path.join(folder, 'EVENTSTOREDB'), 'vitallogistics embedded eventstoredb, data format 1\n');
    const { code, message } = await failToStart(folder);
    expect(code).not.toBe(0);
    expect(message).toContain(`${folder} was written by another version of this event store`);
    expect(message).toContain('together with the PostgreSQL data');
  });

  it('is refused when another process has it, and free again however that one ends', async () => {
    const store = await startEventStore({ dataDir: folder });
    const { code, message } = await failToStart(folder);
    expect(code).not.toBe(0);
    expect(message).toContain(`${folder} is in use by process ${store.pid}`);
    await store.kill();
    const next = await startEventStore({ dataDir: folder });
    expect(await next.stop()).toBe(0);
  });

  it('keeps the events across a clean stop, which ends with code 0', async () => {
    const store = await startEventStore({ dataDir: folder });
    const client = connect(store.url);
    const events = numbered(5);
    const original = await client.appendToStream('kept', events);
    await client.dispose();
    expect(await store.stop()).toBe(0);

    const next = await startEventStore({ dataDir: folder });
    const again = connect(next.url);
    expect(numbers(await collect(again.readStream('kept')))).toEqual([0, 1, 2, 3, 4]);
    expect(await again.appendToStream('kept', events)).toEqual(original);
    await again.dispose();
    await next.stop();
  });

  it('is read as its events are after somebody took one away, or hid one, in its files', async () => {
    const store = await startEventStore({ dataDir: folder });
    const client = connect(store.url);
    await client.appendToStream('taken', numbered(5));
    await client.appendToStream('hidden', numbered(5));
    await client.dispose();
    expect(await store.stop()).toBe(0);

    const root = open(path.join(folder, 'log.mdb'), {});
    const events = root.openDB<unknown[], number>('events', { encoding: 'msgpack' });
    const index = root.openDB<number, [string, number]>('index', { encoding: 'ordered-binary' });
    const [taken] = [...events.getRange()].filter(({ value }) => value[1] === 'taken' && value[3] === 2);
    const [hidden] = [...events.getRange()].filter(({ value }) => value[1] === 'hidden' && value[3] === 4);
    await events.remove(taken!.key);
    for (const { key, value } of [...index.getRange()]) if (value >= hidden!.key - 1) await index.remove(key);
    await root.close();

    const next = await startEventStore({ dataDir: folder });
    const again = connect(next.url);
    expect(numbers(await collect(again.readStream('taken')))).toEqual([0, 1, 3, 4]);
    expect(numbers(await collect(again.readStream('hidden')))).toEqual([0, 1, 2, 3, 4]);
    await again.dispose();
    await next.stop();
  });
});
