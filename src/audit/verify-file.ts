import { type ChainedEvent, createChains } from './chains.js';
import { createFindings } from './findings.js';
import type { AuditReport } from './verify.js';

/** A line of an export is no event. */
export class UnreadableExport extends Error {
  override readonly name = 'UnreadableExport';
}

/**
 * Checks the hash chains in an export, without any server. A stream may begin in the middle, since an export may; its
 * events must be in their order.
 *
 * @param lines of `audit export --format jsonl`
 * @throws UnreadableExport
 */
export async function verifyExport(lines: AsyncIterable<string>): Promise<AuditReport> {
  const startedAt = Date.now();
  const chains = createChains({ partial: true });
  const findings = createFindings();
  let events = 0;
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    const finding = chains.check(eventOf(line, number));
    if (finding) findings.add(finding);
    events += 1;
  }
  return {
    ok: findings.total === 0,
    head: null,
    events,
    streams: chains.streams,
    rows: {},
    findings: findings.listed,
    findingsTotal: findings.total,
    notes: ['an export is checked by itself: what is missing before its first and after its last event does not show'],
    durationMs: Date.now() - startedAt,
  };
}

function eventOf(line: string, number: number): ChainedEvent {
  const unreadable = new UnreadableExport(`line ${number} is not an event of \`audit export --format jsonl\``);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw unreadable;
  }
  if (!isExported(value)) throw unreadable;
  return { ...value, revision: BigInt(value.revision) };
}

function isExported(value: unknown): value is Omit<ChainedEvent, 'revision'> & { revision: number } {
  if (typeof value !== 'object' || value === null) return false;
  const { stream, revision, type, metadata } = value as Partial<Record<string, unknown>>;
  return (
    typeof stream === 'string' &&
    typeof type === 'string' &&
    Number.isSafeInteger(revision) &&
    typeof metadata === 'object' &&
    metadata !== null &&
    'hash' in metadata
  );
}
