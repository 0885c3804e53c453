import { portalPrefixes } from '../commands/aggregates.js';
import type { RecordedEvent } from '../commands/event-store.js';
import type { Findings } from './findings.js';

const mark = '$$';

/** Where the event store keeps the settings of the portal's streams. */
export const settingsPrefixes = portalPrefixes.map((prefix) => `${mark}${prefix}`);

/** What a stream may hold, and from where on it is read; a stream that was deleted begins behind its end. */
const holdingBack = ['$maxCount', '$maxAge', '$tb'];

/**
 * Names streams of which the store was told to keep events back. A read of the whole log has them all the same, and
 * commands decide without them.
 *
 * @returns whether the event is a setting, and so none of the portal's
 */
export function createHeldBackCheck(findings: Findings): (event: RecordedEvent) => boolean {
  const named = new Set<string>();
  return (event) => {
    const { stream, revision, type, id: eventId, data } = event;
    if (!stream.startsWith(mark)) return false;
    if (named.has(stream) || !mayHoldBack(data)) return true;
    named.add(stream);
    const detail = `by it the event store keeps events of ${stream.slice(mark.length)} back from whoever reads that stream`;
    const place = { stream, revision: Number(revision), type, eventId };
    findings.add({ kind: 'event', what: 'inserted', ...place, reason: 'hash', detail });
    return true;
  };
}

/** Who may read a stream is no matter here; what cannot be read may say anything. */
function mayHoldBack(settings: unknown): boolean {
  const names = Object.keys(Object(settings));
  return names.length === 0 || names.some((name) => holdingBack.includes(name));
}
