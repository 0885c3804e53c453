import { hash, randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { Knex } from 'knex';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import type { AuditReport } from '../../../src/audit/audit-report.js';
import type { ExportFormat } from '../../../src/audit/export.js';
import { exportToFiles } from '../../../src/audit/export-files.js';
import { UnreadableExport } from '../../../src/audit/export-reading.js';
import type { EventFinding, Finding } from '../../../src/audit/findings.js';
import { besides } from '../../../src/audit/manifest.js';
import { keepSeal } from '../../../src/audit/seal-witness.js';
import { SealBroken, type SealDeps, sealLog } from '../../../src/audit/sealer.js';
import { createVerifier } from '../../../src/audit/signing.js';
import { verifyStore } from '../../../src/audit/verify.js';
import { verifyExport } from '../../../src/audit/verify-file.js';
import { verifyStream } from '../../../src/audit/verify-stream.js';
import { sealStream } from '../../../src/commands/aggregates.js';
import { envelope } from '../../../src/commands/event-envelope.js';
import type { EventStore } from '../../../src/commands/event-store.js';
import type { LogSealed } from '../../../src/domain/seal/events.js';
import { testDatabase } from '../../support/database.js';
import { newSigningKey, sealerContext, sealerOf } from '../../support/seals.js';
import { startTestStack, type TestStack } from '../../support/stack.js';
import { newFolder, rehashed, renumbered, type Stored, withStore, withTampered } from './tampering.js';

/** Each run makes a copy of the store, changes its files and reads all of it. */
const runs = { numRuns: 5 };
const key = newSigningKey();
const streamsThere = ['order-a', 'order-b', 'inventory-s', 'inventorySync-2026-03-01', 'brand-x'];

let stack: TestStack;
let db: Knex;
let folder: string;
let exports: string;
let base: Stored[] = [];
let sealer: Pick<SealDeps, 'verifier'>;

beforeAll(async () => {
  stack = await startTestStack(['postgres']);
  db = testDatabase(stack);
  await migrate(db);
  folder = newFolder();
  exports = newFolder();
  await withStore(folder, async (eventStore) => {
    const deps = sealerOf(eventStore, key);
    sealer = deps;
    for (let round = 0; round < 3; round += 1) {
      for (let n = 0; n < 20; n += 1) await record(eventStore, streamsThere[(n * 7 + round) % 5] ?? '', round * 20 + n);
      await sealLog(deps, sealerContext());
    }
    const common = { filter: {}, signer: deps.signer, now: new Date() };
    await exportToFiles(eventStore, { ...common, file: exportFile('jsonl'), format: 'jsonl' });
    await exportToFiles(eventStore, { ...common, file: exportFile('csv'), format: 'csv' });
  });
  await withTampered(
    folder,
    (events) => (base = events),
    async () => undefined,
  );
});
afterAll(async () => {
  await db?.destroy();
  await stack?.stop();
  for (const each of [folder, exports]) rmSync(each, { recursive: true, force: true });
});

const exportFile = (format: ExportFormat) => path.join(exports, `log.${format}`);

const tails = new Map<string, { revision: bigint; hash: string }>();
async function record(eventStore: EventStore, stream: string, n: number): Promise<void> {
  const tail = tails.get(stream);
  const [event] = forged(tail?.hash ?? null, n);
  const { revision } = await eventStore.append(stream, [event!], tail?.revision ?? 'no_stream');
  tails.set(stream, { revision, hash: event!.metadata.hash });
}

/** A well-formed event after the one with this hash. */
function forged(prevHash: string | null, n: number) {
  return envelope([{ type: 'EffectRetried', data: { key: `k${n}`, reason: '"quoted", with comma', retriedAt: 't' } }], {
    commandId: randomUUID(),
    context: sealerContext(),
    recordedAt: '2026-03-01T09:00:00.000Z',
    prevHash,
  });
}

function verify(eventStore: EventStore, digest?: string): Promise<AuditReport> {
  const deps = { eventStore, db, queries: { waitFor: async () => true }, verifier: sealer.verifier };
  return verifyStore(deps, digest === undefined ? {} : { digest });
}

const events = (findings: readonly Finding[]) => findings.filter((f): f is EventFinding => f.kind === 'event');

/** Indexes of events that the seals cover. */
const sealedAt = () => base.flatMap(({ stream }, at) => (stream === sealStream ? [] : [at]));
/** One of them, without its number: the store is made after the arbitraries. */
const anywhere = fc.nat({ max: 1_000_000 });
const pick = (n: number, among = sealedAt()) => among[n % among.length] ?? 0;
const lastOf = (stream: string) => base.findLastIndex((event) => event.stream === stream);
const without = (from: readonly Stored[], ...at: number[]) => from.filter((_, index) => !at.includes(index));

async function expectFound(tamper: (stored: Stored[]) => Stored[], expected: Partial<EventFinding>): Promise<void> {
  const report = await withTampered(folder, tamper, (eventStore) => verify(eventStore));
  expect(events(report.findings)).toContainEqual(expect.objectContaining(expected));
  expect(report.ok).toBe(false);
}

describe('in the data of the store', () => {
  it('nothing is found where nothing was touched', async () => {
    const report = await withTampered(
      folder,
      (stored) => stored,
      (eventStore) => verify(eventStore),
    );
    expect(report).toMatchObject({ ok: true, seals: { count: 3, covered: 60, beyond: 0 } });
  });

  it('a changed event is named, also when every hash after it was made anew', () =>
    fc.assert(
      fc.asyncProperty(anywhere, fc.constantFrom('data', 'id', 'own hash', 'chain'), async (n, how) => {
        const at = pick(n);
        const { stream, revision } = base[at]!;
        await expectFound(
          (stored) => {
            const changed = { ...stored[at]!, ...(how === 'id' ? { id: randomUUID() } : { data: { key: 'other' } }) };
            const all = stored.map((event, index) => (index === at ? changed : event));
            if (how === 'chain') return rehashed(all, stream, revision);
            if (how !== 'own hash') return all;
            const own = rehashed([...all.slice(0, at + 1)], stream, revision)[at]!;
            return all.map((event, index) => (index === at ? own : event));
          },
          { what: 'changed', stream, revision },
        );
      }),
      runs,
    ));

  it('a removed event is named, also when others close the gap', () =>
    fc.assert(
      fc.asyncProperty(anywhere, fc.boolean(), async (n, tidy) => {
        const at = pick(
          n,
          sealedAt().filter((index) => index !== lastOf(base[index]!.stream)),
        );
        const { stream, revision } = base[at]!;
        await expectFound((stored) => (tidy ? renumbered(without(stored, at)) : without(stored, at)), {
          what: 'removed',
          stream,
          revision,
        });
      }),
      runs,
    ));

  it('an inserted event is named, though it is well-formed', () =>
    fc.assert(
      fc.asyncProperty(anywhere, async (n) => {
        const at = pick(n, sealedAt().slice(0, -1));
        const { stream, revision, metadata } = base[at]!;
        const [event] = forged(metadata.hash, n);
        await expectFound(
          (stored) =>
            renumbered([...stored.slice(0, at + 1), { ...event!, stream, revision: 0 }, ...stored.slice(at + 1)]),
          { what: 'inserted', stream, revision: revision + 1, eventId: event!.id },
        );
      }),
      runs,
    ));

  it('an event that somebody else wrote is named, in the middle of a stream or behind its end', async () => {
    const stream = 'order-a';
    const revision = base[lastOf(stream)]!.revision + 1;
    const foreign = { id: randomUUID(), stream, type: 'OrderCancelled', data: {}, metadata: {} as never };
    await expectFound((stored) => [...stored, { ...foreign, revision }], {
      what: 'inserted',
      stream,
      revision,
      type: 'foreign:OrderCancelled',
    });
    const first = base.findIndex((event) => event.stream === stream);
    await expectFound(
      (stored) => renumbered([...stored.slice(0, first + 1), { ...foreign, revision: 1 }, ...stored.slice(first + 1)]),
      { what: 'inserted', stream, revision: 1 },
    );
  });

  it('a stream that the store was told to keep events back of is named, and one that only some may read is not', async () => {
    const settings = (data: object, like = base[0]!.metadata) =>
      withTampered(
        folder,
        (stored) => [
          ...stored,
          { id: randomUUID(), stream: '$$order-a', type: '$metadata', revision: 0, data, metadata: like },
        ],
        async (eventStore) => events((await verify(eventStore)).findings),
      );
    for (const data of [{ $tb: 3 }, { $acl: { $r: 'portal' }, $maxCount: 1 }, { $maxAge: 1 }, {}]) {
      expect(await settings(data)).toMatchObject([
        { what: 'inserted', stream: '$$order-a', revision: 0, type: 'foreign:$metadata' },
      ]);
    }
    expect(await settings({ $acl: { $r: 'portal' } })).toEqual([]);
  });

  it('one of two events that changed places is named, within a stream or between two', () =>
    fc.assert(
      fc.asyncProperty(anywhere, anywhere, async (n, m) => {
        const first = pick(n);
        const second = pick(
          m,
          sealedAt().filter((index) => index !== first),
        );
        const swapped = (stored: Stored[]) =>
          renumbered(
            stored.map((event, at) => (at === first ? stored[second]! : at === second ? stored[first]! : event)),
          );
        const report = await withTampered(folder, swapped, (eventStore) => verify(eventStore));
        const ids = [base[first]!.id, base[second]!.id];
        const named = events(report.findings).filter(
          ({ what, eventId }) => what === 'reordered' && ids.includes(eventId ?? ''),
        );
        expect(named.length).toBeGreaterThan(0);
      }),
      runs,
    ));

  it('the first event cut off the end of a stream is named, also when it was all of it', () =>
    fc.assert(
      fc.asyncProperty(anywhere, anywhere, async (n, m) => {
        const stream = streamsThere[n % streamsThere.length] ?? '';
        const own = base.flatMap((event, at) => (event.stream === stream ? [at] : []));
        const from = m % own.length;
        await expectFound((stored) => without(stored, ...own.slice(from)), {
          what: 'truncated',
          stream,
          revision: from,
        });
      }),
      runs,
    ));

  it('the first event cut off the end of the whole log is named', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), async (count) => {
        const cut = sealedAt().slice(-count);
        const { stream, revision } = base[cut[0]!]!;
        await expectFound((stored) => without(stored, ...cut), { what: 'truncated', stream, revision });
      }),
      runs,
    ));

  it('a changed or removed seal is named, and one cut off by whoever kept its digest', async () => {
    const seals = base.flatMap(({ stream }, at) => (stream === sealStream ? [at] : []));
    const [, second, third] = seals as [number, number, number];
    const later = (stored: Stored[]) =>
      rehashed(
        stored.map((event, at) =>
          at === second ? { ...event, data: { ...(event.data as object), sealedAt: 'x' } } : event,
        ),
        sealStream,
        1,
      );
    await expectFound(later, { what: 'changed', stream: sealStream, revision: 1 });
    await expectFound((stored) => renumbered(without(stored, second)), {
      what: 'removed',
      stream: sealStream,
      revision: 1,
    });
    const { digest } = base[third]!.data as { digest: string };
    const cut = (stored: Stored[]) => without(stored, third);
    const unaware = await withTampered(folder, cut, (eventStore) => verify(eventStore));
    expect(unaware).toMatchObject({ ok: true, seals: { count: 2, beyond: 20 } });
    const aware = await withTampered(folder, cut, (eventStore) => verify(eventStore, digest));
    expect(aware.findings).toMatchObject([{ what: 'truncated', stream: sealStream, revision: 2 }]);
  });

  it('a seal that is doubled, changed places or comes from another store of the same key is named, and nothing else', async () => {
    const seals = base.flatMap(({ stream }, at) => (stream === sealStream ? [at] : []));
    const [, second, third] = seals as [number, number, number];
    const at = (index: number) => base[index]!;
    const copyOf = (index: number) => ({ ...at(index), id: randomUUID() });
    const whole = (stored: Stored[]) => rehashed(renumbered(stored), sealStream, 0);
    const foreign = await otherStoresSeal();
    const placed = (index: number, seal: Stored) => (stored: Stored[]) =>
      whole(stored.map((event, place) => (place === index ? { ...seal, id: event.id } : event)));
    const cases: [(stored: Stored[]) => Stored[], Partial<EventFinding>][] = [
      [
        (stored) => whole(stored.flatMap((event, place) => (place === second ? [event, copyOf(second)] : [event]))),
        { what: 'inserted', revision: 2 },
      ],
      [(stored) => whole([...stored, copyOf(third)]), { what: 'inserted', revision: 3 }],
      [(stored) => whole([...stored, foreign]), { what: 'inserted', revision: 3 }],
      [placed(second, foreign), { what: 'changed', revision: 1 }],
      [
        (stored) =>
          whole(stored.map((event, place) => (place === second ? at(third) : place === third ? at(second) : event))),
        { what: 'reordered', revision: 1, detail: 'seal 3 stands before seal 2, which it continues' },
      ],
      [(stored) => whole(without(stored, second)), { what: 'removed', revision: 1 }],
      [
        (stored) => whole([...without(stored, second), foreign]),
        { what: 'removed', revision: 1, detail: 'seal 2 was due and seal 3 came' },
      ],
    ];
    for (const [tamper, expected] of cases) {
      const report = await withTampered(folder, tamper, (eventStore) => verify(eventStore));
      // Nothing is said of the streams, which are as they were.
      expect(report.findings).toMatchObject([{ stream: sealStream, ...expected }]);
    }
  });

  /** The second seal of a store like this one, by the same key. */
  async function otherStoresSeal(): Promise<Stored> {
    const other = newFolder();
    try {
      await withStore(other, async (eventStore) => {
        for (let n = 0; n < 2; n += 1) {
          await eventStore.append(`order-other-${n}`, forged(null, n), 'no_stream');
          await sealLog(sealerOf(eventStore, key), sealerContext());
        }
      });
      let seal: Stored | undefined;
      await withTampered(
        other,
        (stored) => {
          seal = stored.findLast(({ stream }) => stream === sealStream);
          return stored;
        },
        async () => undefined,
      );
      return seal!;
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  }

  it('a seal cut off is named by what the portal kept, also when others came after that', async () => {
    const seals = base.flatMap(({ stream }, at) => (stream === sealStream ? [at] : []));
    const last = seals.at(-1)!;
    const sealAt = (at: number) => base[at]!.data as LogSealed;
    const withAll = (stored: Stored[]) => stored;
    // With what it covered; a seal made anew over the same events has the same digest.
    const cut = (stored: Stored[]) => without(stored, last, sealedAt().at(-1)!);
    const found = { findings: [{ what: 'truncated', stream: sealStream, revision: seals.length - 1 }] };
    try {
      await withTampered(folder, withAll, async (eventStore) => {
        for (const at of [...seals, seals[0]!]) await keepSeal({ db, eventStore }, sealAt(at));
        expect(await verify(eventStore)).toMatchObject({ ok: true });
      });
      await withTampered(folder, cut, async (eventStore) => {
        expect(await verify(eventStore)).toMatchObject(found);
        for (let round = 0; round < 2; round += 1) {
          const { last: next } = await sealLog(sealerOf(eventStore, key), sealerContext());
          await expect(keepSeal({ db, eventStore }, { ...next!, number: 9 })).rejects.toThrow(SealBroken);
        }
        expect((await verify(eventStore)).findings).toMatchObject([{ what: 'truncated', stream: sealStream }]);
      });
      await withTampered(
        folder,
        () => [],
        async (eventStore) => {
          expect((await verify(eventStore)).findings).toMatchObject([
            { what: 'truncated', stream: sealStream, revision: 0 },
          ]);
        },
      );
    } finally {
      await db.raw('delete from portal.seal_witness');
    }
  });

  it('seals by a key that nobody knows are no seals', async () => {
    const other = sealerOf({} as EventStore).verifier;
    const deps = { db, queries: { waitFor: async () => true }, verifier: other };
    const report = await withStore(folder, (eventStore) => verifyStore({ ...deps, eventStore }));
    expect(report.findings).toMatchObject([{ what: 'changed', stream: sealStream, reason: 'signature' }]);
  });

  it('one stream alone is checked against the seals, too', async () => {
    const stream = 'order-a';
    const last = lastOf(stream);
    const deps = { db, queries: { waitFor: async () => true }, verifier: sealer.verifier };
    const report = await withTampered(
      folder,
      (stored) => without(stored, last),
      (eventStore) => verifyStream({ ...deps, eventStore }, stream),
    );
    expect(events(report.findings)).toMatchObject([{ what: 'truncated', stream, revision: base[last]!.revision }]);
  });
});

describe.each(['jsonl', 'csv'] as const)('in an export as %s', (format) => {
  const untouched = () => readFileSync(exportFile(format), 'utf8').trimEnd().split('\n');
  const header = format === 'csv' ? 1 : 0;
  const placed = () => base.map(({ stream, revision }) => ({ stream, revision }));

  async function reportOn(lines: readonly string[]): Promise<AuditReport> {
    const file = exportFile(format);
    const kept = readFileSync(file);
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
    try {
      return await verifyExport(file, { verifier: createVerifier(sealer.verifier.keys) });
    } finally {
      writeFileSync(file, kept);
    }
  }

  async function expectNamed(lines: readonly string[], expected: Partial<EventFinding>): Promise<void> {
    const report = await reportOn(lines);
    expect(events(report.findings)).toContainEqual(expect.objectContaining(expected));
    expect(report.findings).toContainEqual(expect.objectContaining({ kind: 'file', reason: 'hash' }));
  }

  it('nothing is found where nothing was touched', async () => {
    expect(await reportOn(untouched())).toMatchObject({ ok: true, events: base.length, findings: [] });
  });

  it('each kind is found and named at a random place', () =>
    fc.assert(
      fc.asyncProperty(anywhere, anywhere, async (n, m) => {
        const lines = untouched();
        const at = pick(n);
        const line = header + at;
        const place = placed()[at]!;
        const changed = lines.map((text, index) => (index === line ? text.replace('k', 'q') : text));
        await expectNamed(changed, { what: 'changed', ...place });
        const inner = pick(
          m,
          sealedAt().filter((index) => index !== lastOf(base[index]!.stream)),
        );
        await expectNamed(
          lines.filter((_, index) => index !== header + inner),
          { what: 'removed', ...placed()[inner] },
        );
        const strange = lines[line]!.replace('system:sealer', 'system:somebody');
        await expectNamed([...lines.slice(0, line + 1), strange, ...lines.slice(line + 1)], {
          what: 'inserted',
          ...place,
        });
        const [a, b] = [line, header + ((at + 1 + (m % (base.length - 1))) % base.length)];
        const swapped = lines.map((text, index) => (index === a ? lines[b]! : index === b ? lines[a]! : text));
        const found = events((await reportOn(swapped)).findings).filter(({ what }) => what === 'reordered');
        expect(found.length).toBeGreaterThan(0);
        const from = header + 1 + (n % (base.length - 1));
        await expectNamed(lines.slice(0, from), { what: 'truncated', ...placed()[from - header] });
      }),
      // One of the last line, which is a seal, with one far above.
      { ...runs, examples: [[8, 972_647]] },
    ));

  it('a manifest or an index that was changed does not pass, nor one by another key', async () => {
    const file = exportFile(format);
    const { verifier } = sealer;
    for (const other of [besides.manifest(file), besides.index(file)]) {
      const kept = readFileSync(other, 'utf8');
      writeFileSync(other, kept.replace('"events":', '"events": 1').replace('"head"', '"heads"'));
      const { findings } = await verifyExport(file, { verifier });
      expect(findings).toMatchObject([{ kind: 'file', file: path.basename(other) }]);
      writeFileSync(other, kept);
    }
    const strange = await verifyExport(file, { verifier: sealerOf({} as EventStore).verifier });
    expect(strange.findings[0]).toMatchObject({ kind: 'file', reason: 'unknown-key' });
  });

  it('an index that is none does not pass, though its hash fits', async () => {
    const file = exportFile(format);
    const [index, manifest] = [besides.index(file), besides.manifest(file)];
    const [keptIndex, keptManifest] = [readFileSync(index, 'utf8'), readFileSync(manifest, 'utf8')];
    for (const forgery of ['{', '{}', 'null']) {
      writeFileSync(index, forgery);
      const sha256 = (text: string) => hash('sha256', text);
      writeFileSync(manifest, keptManifest.replace(sha256(keptIndex), sha256(forgery)));
      const { findings } = await verifyExport(file, { verifier: sealer.verifier });
      expect(findings).toMatchObject([
        { kind: 'file', file: path.basename(manifest), reason: 'signature' },
        { kind: 'file', file: path.basename(index), reason: 'unreadable' },
      ]);
    }
    writeFileSync(index, keptIndex);
    writeFileSync(manifest, keptManifest);
  });
});

it('an export whose manifest is gone does not pass when there are keys to check it with', async () => {
  const file = exportFile('jsonl');
  const manifest = readFileSync(besides.manifest(file));
  rmSync(besides.manifest(file));
  try {
    const { findings } = await verifyExport(file, { verifier: sealer.verifier });
    expect(findings).toMatchObject([{ kind: 'file', file: 'log.jsonl.manifest.json', reason: 'missing' }]);
  } finally {
    writeFileSync(besides.manifest(file), manifest);
  }
});

it('a seal that was kept elsewhere must be in an export of everything', async () => {
  const seals = base.filter(({ stream }) => stream === sealStream);
  const { digest } = seals.at(-1)!.data as { digest: string };
  const { verifier } = sealer;
  expect(await verifyExport(exportFile('jsonl'), { verifier, digest })).toMatchObject({ ok: true });
  const { findings } = await verifyExport(exportFile('jsonl'), { verifier, digest: 'other' });
  expect(findings).toMatchObject([{ what: 'truncated', stream: sealStream, revision: seals.length }]);
  await expect(verifyExport(exportFile('csv'), { verifier, digest })).rejects.toThrow(UnreadableExport);
});
