import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lineForm } from '../../../src/audit/export.js';
import { exportToFiles } from '../../../src/audit/export-files.js';
import { envelope } from '../../../src/commands/event-envelope.js';
import type { RecordedEvent } from '../../../src/commands/event-store.js';
import { history, toPaid } from '../../support/orders.js';

const stored: readonly RecordedEvent[] = envelope(history(...toPaid), {
  commandId: '00000000-0000-4000-8000-000000000000',
  context: { correlationId: 'c', causationId: 'x', actor: 'system:test' },
  recordedAt: '2026-03-01T09:00:00.000Z',
  prevHash: null,
}).map((event, index) => {
  const at = BigInt(index);
  return { ...event, stream: 'order-o1', revision: at, position: { commit: at, prepare: at } };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'audit-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(file: string, events: () => AsyncGenerator<RecordedEvent>) {
  const eventStore = { readAll: events, readStream: events, head: async () => null };
  const options = { filter: {}, format: 'jsonl', signer: null, now: new Date() } as const;
  return exportToFiles(eventStore, { ...options, file: path.join(folder, file) });
}

async function* all() {
  yield* stored;
}

const whole = ['march.jsonl', 'march.jsonl.index.jsonl', 'march.jsonl.manifest.json'];

it('leaves the files of before as they are when the event store goes away', async () => {
  await write('march.jsonl', all);
  expect(readdirSync(folder).sort()).toEqual(whole);
  const failing = async function* () {
    yield* stored.slice(0, 1);
    throw new Error('the event store is gone');
  };
  await expect(write('march.jsonl', failing)).rejects.toThrow('the event store is gone');
  expect(readdirSync(folder).sort()).toEqual(whole);
});

it('has no manifest when it was interrupted, not even the one of before', async () => {
  await write('march.jsonl', all);
  rmSync(path.join(folder, 'march.jsonl.index.jsonl'));
  mkdirSync(path.join(folder, 'march.jsonl.index.jsonl'));
  await expect(write('march.jsonl', all)).rejects.toThrow();
  expect(readdirSync(folder).sort()).toEqual(whole.slice(0, 2));
});

it('says so of a folder that is not there', async () => {
  await expect(write('none/march.jsonl', all)).rejects.toThrow('ENOENT');
  expect(readdirSync(folder)).toEqual([]);
});

it.each(['csv', 'jsonl'] as const)('holds of a line of %s no more than the name of its stream', (format) => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const lines = 10_000;
  const bulk = 'x'.repeat(2_000);
  const line = (number: number) => {
    const [stream, id] = [`order-of-the-number-${number}`, `event-of-the-number-${number}`];
    if (format === 'jsonl') return JSON.stringify({ stream, revision: 0, id, type: 'OrderPlaced', data: { bulk } });
    return `2026-03-01T09:30:00.000Z,${stream},0,1/1,OrderPlaced,buyer:b,c,c,${id},hash,"{""bulk"":""${bulk}""}"`;
  };
  collect();
  const before = process.memoryUsage().heapUsed;
  const streams = new Set<string | undefined>();
  for (let number = 0; number < lines; number += 1) streams.add(lineForm(line(number), format)?.stream);
  collect();
  expect(streams.size).toBe(lines);
  expect((process.memoryUsage().heapUsed - before) / lines).toBeLessThan(500);
});
