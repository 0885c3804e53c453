import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { currentEvent } from '../../../src/commands/event-reading.js';
import { currentVersion, eventCatalogue, upcast } from '../../../src/domain/event-catalogue.js';
import { orderEventSchemas } from '../../../src/domain/order/events.js';

const data = { expiredAt: '2026-03-01T09:30:00.000Z' };
const ids = { $correlationId: 'c', $causationId: 'c' };

/** SHA-256 of each event type's schema by version. Recorded once and never changed: what was written stays readable. */
const hashesFile = new URL('../../golden/schema-hashes.json', import.meta.url);
type Hashes = Record<string, Record<string, string>>;

describe('the event catalogue', () => {
  it('knows the version of every event type, and nothing of others', () => {
    for (const type of Object.keys(orderEventSchemas)) expect(currentVersion(type), type).toBeGreaterThanOrEqual(1);
    expect(currentVersion('NeverHappened')).toBeUndefined();
    expect(currentVersion('toString')).toBeUndefined();
    expect(upcast('NeverHappened', 1, {})).toBeUndefined();
  });

  it('leaves data of the current version alone and does not pretend to read newer ones', () => {
    const version = currentVersion('OrderExpired') ?? 0;
    expect(upcast('OrderExpired', version, data)).toEqual(data);
    expect(upcast('OrderExpired', version + 1, data)).toBeUndefined();
    for (const type of Object.keys(eventCatalogue)) {
      expect(upcast(type, 0, data), `nor any ${type} that never was`).toBeUndefined();
    }
  });

  it('says of an event which version it has, and which are known', () => {
    const metadata = { schemaVersion: 99, recordedAt: data.expiredAt, actor: 'a', prevHash: null, hash: 'h' };
    const event = { id: 'e', stream: 'order-1', revision: 3n, position: { commit: 1n, prepare: 1n }, data, type: '' };
    const read = (type: string) => currentEvent({ ...event, type, metadata: { ...metadata, ...ids } });
    expect(() => read('OrderExpired')).toThrow(
      'OrderExpired #3 of order-1 has schema version 99, this release knows up to 1',
    );
    expect(read('NeverHappened'), 'for deciders to ignore').toEqual({ type: 'NeverHappened', data: undefined });
  });

  it('has an upcaster for every step to the current version', () => {
    for (const [type, { version, upcasters }] of Object.entries(eventCatalogue)) {
      const steps = Array.from({ length: version - 1 }, (_, index) => String(index + 1));
      expect(Object.keys(upcasters), type).toEqual(steps);
    }
  });

  /**
   * Fails when a schema changes without a new version. For a new type or version, run once with RECORD_SCHEMAS=1: it adds
   * what is missing and never overwrites. Until the first release a version 1 may still change: remove its line first.
   */
  it('never changes a schema without a new version', () => {
    const recorded: Hashes = JSON.parse(readFileSync(hashesFile, 'utf8'));
    const missing: string[] = [];
    for (const [type, { schema, version }] of Object.entries(eventCatalogue)) {
      const versions = recorded[type] ?? {};
      recorded[type] = versions;
      const hash = createHash('sha256').update(canonical(schema)).digest('hex');
      if (versions[version] === undefined) missing.push(`${type} version ${version}`);
      versions[version] ??= hash;
      expect(hash, `${type} changed: give it a new version and an upcaster`).toBe(versions[version]);
    }
    if (process.env.RECORD_SCHEMAS) writeFileSync(hashesFile, `${JSON.stringify(sorted(recorded), null, 2)}\n`);
    else expect(missing, 'record them with RECORD_SCHEMAS=1').toEqual([]);
  });

  it('never forgets an event type or a version', () => {
    const recorded: Hashes = JSON.parse(readFileSync(hashesFile, 'utf8'));
    for (const [type, versions] of Object.entries(recorded)) {
      const newest = Math.max(...Object.keys(versions).map(Number));
      expect(currentVersion(type), type).toBeGreaterThanOrEqual(newest);
    }
  });
});

/** JSON with sorted keys: the order in which a schema is written down means nothing. */
function canonical(schema: unknown): string {
  return JSON.stringify(schema, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
      : value,
  );
}

function sorted(hashes: Hashes): Hashes {
  return Object.fromEntries(Object.entries(hashes).sort(([left], [right]) => (left < right ? -1 : 1)));
}
