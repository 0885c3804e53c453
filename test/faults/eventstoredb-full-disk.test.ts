import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jsonEvent } from '@eventstore/db-client';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createEventStore } from '../../src/adapters/eventstore/index.js';
import { collect } from '../support/collect.js';
import { connect, startEventStore } from '../support/eventstoredb.js';
import { newEvents } from '../support/new-events.js';

const mount = path.join(mkdtempSync(path.join(tmpdir(), 'eventstoredb-disk-')), 'small');
let mounted = false;

beforeAll(() => {
  mkdirSync(mount, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', mount], { stdio: 'ignore' });
    mounted = true;
  } catch {
    mounted = false;
  }
});

afterAll(() => {
  if (mounted) execFileSync('umount', [mount]);
  rmSync(path.dirname(mount), { recursive: true, force: true });
});

it('fails appends on a full disk, goes on reading, and recovers when there is space', async ({ skip }) => {
  if (!mounted) skip('a small file system can only be mounted as root');
  const ballast = path.join(mount, 'ballast');
  const store = await startEventStore({ dataDir: path.join(mount, 'data') });
  onTestFinished(store.kill);
  writeFileSync(ballast, Buffer.alloc(2 * 1024 * 1024));
  const client = connect(store.url);
  const kilobytes = (count: number) => jsonEvent({ type: 'Big', data: { pad: 'x'.repeat(count * 1024) } });

  let written = 0;
  let refusal: unknown;
  while (refusal === undefined && written < 1000) {
    await client.appendToStream('filling', kilobytes(50)).then(
      () => {
        written += 1;
      },
      (reason: unknown) => {
        refusal = reason;
      },
    );
  }
  expect(String(refusal)).toContain('disk is full');
  const credentials = { username: 'admin', password: 'changeit' };
  await expect(client.appendToStream('filling', kilobytes(50), { credentials })).rejects.toMatchObject({ code: 8 });
  expect(await collect(client.readStream('filling'))).toHaveLength(written);
  const log = await collect(client.readAll());
  expect(log.filter(({ event }) => event?.streamId === 'filling')).toHaveLength(written);

  rmSync(ballast);
  const next = await client.appendToStream('filling', kilobytes(50), { expectedRevision: BigInt(written - 1) });
  expect(next.nextExpectedRevision).toBe(BigInt(written));
  await client.dispose();
  await store.restart();
  const again = connect(store.url);
  expect(await collect(again.readStream('filling'))).toHaveLength(written + 1);
  await again.dispose();
  await store.stop();
  rmSync(store.dataDir, { recursive: true });
});

it('is told by the portal in its words, and disturbs none of its readers', async ({ skip }) => {
  if (!mounted) skip('a small file system can only be mounted as root');
  const server = await startEventStore({ dataDir: path.join(mount, 'other') });
  onTestFinished(server.kill);
  const store = createEventStore(server.url);
  writeFileSync(path.join(mount, 'ballast'), Buffer.alloc(2 * 1024 * 1024));
  const large = (n: number) => newEvents(1, n).map((event) => ({ ...event, data: { pad: 'x'.repeat(50 * 1024) } }));
  let refusal: unknown;
  let reads = 0;
  const reading = (async () => {
    for (; refusal === undefined; reads += 1) await store.head();
  })();
  for (let n = 0; refusal === undefined && n < 100; n += 1) {
    await store.append(`filling-${n}`, large(n), 'no_stream').catch((reason: unknown) => {
      refusal = reason;
    });
  }
  expect(String(refusal)).toMatch(/append to filling-\d+ failed: the disk is full, nothing was written/);
  await expect(reading).resolves.toBeUndefined();
  expect(reads).toBeGreaterThan(10);
  await store.close();
});
