import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createChains } from '../../../src/audit/chains.js';
import { UnreadableExport } from '../../../src/audit/export-reading.js';
import type { EventFinding } from '../../../src/audit/findings.js';
import { verifyExport } from '../../../src/audit/verify-file.js';
import { changesBetween } from '../../../src/commands/changes.js';
import { foreignMetadata, type RecordedEvent } from '../../../src/commands/event-store.js';
import { firstChainFault } from '../../../src/commands/hash-chain.js';
import { history, toPaid } from '../../support/orders.js';
import { recordedStream } from '../../support/recorded-stream.js';

const folder = mkdtempSync(path.join(tmpdir(), 'audit-'));
afterAll(() => rmSync(folder, { recursive: true }));

const stored = recordedStream('order-o1', history(...toPaid));

describe('chains', () => {
  it('names the first fault of a stream only', () => {
    const chains = createChains();
    const forged = stored.map((event) => ({ ...event, type: 'Forged' }));
    expect(forged.map((event) => chains.check(event)?.revision ?? null)).toEqual([
      0,
      ...forged.slice(1).map(() => null),
    ]);
  });

  const [first, second, third] = stored as [RecordedEvent, RecordedEvent, RecordedEvent];
  it.each<[string, RecordedEvent, Partial<EventFinding>]>([
    ['is not there', third, { what: 'removed', reason: 'revision', revision: 1, type: null }],
    [
      'is not there, and those behind it moved up',
      { ...third, revision: 1n },
      { what: 'removed', reason: 'prev-hash' },
    ],
    ['comes again', first, { what: 'reordered', reason: 'revision', revision: 0 }],
    ['says something else', { ...second, data: {} }, { what: 'changed', reason: 'hash', revision: 1 }],
    [
      'is of somebody else',
      { ...second, metadata: foreignMetadata(second.id, new Date()) },
      { what: 'inserted', reason: 'hash', revision: 1 },
    ],
  ])('tells that the second event of a stream %s', (_what, event, finding) => {
    const chains = createChains();
    expect(chains.check(first)).toBeNull();
    expect(chains.check(event)).toMatchObject(finding);
    expect(firstChainFault([first, event])).toMatchObject({ revision: event.revision, reason: finding.reason });
  });

  it('takes a stream that begins in the middle for broken, unless told otherwise', () => {
    const rest = stored.slice(1);
    const whole = createChains();
    expect(whole.check(rest[0]!)).toMatchObject({ what: 'removed', reason: 'revision', revision: 0 });
    const partial = createChains({ partial: true });
    expect(rest.map((event) => partial.check(event))).toEqual(rest.map(() => null));
  });

  it('sees a gap in an export without a manifest', async () => {
    const lines = stored.map(lineOf);
    expect(await verifyExport(fileOf(lines))).toMatchObject({ ok: true, events: stored.length, streams: 1 });
    expect(await verifyExport(fileOf(lines.filter((_, index) => index !== 1)))).toMatchObject({
      findings: [{ what: 'removed', revision: 1, reason: 'revision' }],
    });
    await expect(verifyExport(fileOf(['{}']))).rejects.toThrow(UnreadableExport);
  });

  it('takes a line of an export to end at a line feed only, whatever a reason is written with', async () => {
    const events = recordedStream('order-o1', [
      { type: 'RefundFailed', data: { reason: 'one\u2028two\u2029three\u0085four\rfive' } },
    ]);
    const lines = events.map(lineOf);
    expect(await verifyExport(fileOf(lines))).toMatchObject({ ok: true, events: 1 });
    expect(await verifyExport(fileOf(lines.map((line) => `${line}\r`)))).toMatchObject({ ok: true, events: 1 });
    await expect(verifyExport(path.join(folder, 'none.jsonl'))).rejects.toThrow('ENOENT');
  });
});

describe('changes', () => {
  it('names what differs by its path, and takes absent for null', () => {
    const from = { status: 'paid', lines: [{ n: 1 }, { n: 2 }], gone: null, same: { a: 1 } };
    const to = { status: 'shipped', lines: [{ n: 1 }, { n: 3 }, { n: 4 }], same: { a: 1 } };
    expect(changesBetween(from, to)).toEqual([
      { path: 'status', from: 'paid', to: 'shipped' },
      { path: 'lines[1].n', from: 2, to: 3 },
      { path: 'lines[2]', from: null, to: { n: 4 } },
    ]);
  });
});

/** An event as an export without positions has it. */
function lineOf({ position: _, ...event }: RecordedEvent): string {
  return JSON.stringify({ ...event, revision: Number(event.revision) });
}

function fileOf(lines: readonly string[]): string {
  const file = path.join(folder, 'export.jsonl');
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  return file;
}
