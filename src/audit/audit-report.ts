import type { Knex } from 'knex';
import type { EventStore } from '../commands/event-store.js';
import type { KeyRegister } from '../commands/privacy/keys.js';
import type { Queries } from '../projections/queries.js';
import type { Finding, Findings } from './findings.js';
import type { Manifest } from './manifest.js';
import type { SealSummary } from './seal-check.js';
import type { Verifier } from './signing.js';

export interface AuditDeps {
  readonly eventStore: EventStore;
  readonly db: Knex;
  readonly queries: Pick<Queries, 'waitFor'>;
  /** Knows the keys that seals may be signed with; without any, signatures are not checked. */
  readonly verifier?: Verifier;
  /** The keys of personal data; without them erasures are not looked at. */
  readonly keys?: Pick<KeyRegister, 'get'>;
}

export interface AuditOptions {
  /** `share` of the store that has been read, from 0 to 1, or null when nobody knows. */
  readonly onProgress?: (progress: { events: number; share: number | null }) => void;
  /** Digest of a seal that was kept elsewhere: the store must have that seal. */
  readonly digest?: string;
  /** Folded streams held at once, per read model. */
  readonly maxFolds?: number;
}

export interface AuditReport {
  readonly ok: boolean;
  /** What an export is of and when it was made, as its manifest says; absent without one, and of a store. */
  readonly export?: Pick<Manifest, 'createdAt' | 'filter'>;
  /** `commit/prepare` of the last event looked at, null for an empty store. */
  readonly head: string | null;
  readonly events: number;
  readonly streams: number;
  /** Rows compared, by read model. */
  readonly rows: Readonly<Record<string, number>>;
  /** What the seals say; null where there was nothing to look at. `beyond`: events behind the last seal. */
  readonly seals: (SealSummary & { readonly covered: number; readonly beyond: number }) | null;
  /** The first hundred; `findingsTotal` counts them all. */
  readonly findings: readonly Finding[];
  readonly findingsTotal: number;
  /** What could not be looked at, and why. */
  readonly notes: readonly string[];
  readonly durationMs: number;
}

/** @param startedAt when the audit began, milliseconds since 1970 */
export function reportOf(
  startedAt: number,
  findings: Findings,
  seen: Pick<AuditReport, 'export' | 'head' | 'events' | 'streams' | 'rows' | 'seals' | 'notes'>,
): AuditReport {
  const { notes, ...counted } = seen;
  const { total, listed } = findings;
  const durationMs = Date.now() - startedAt;
  return { ok: total === 0, ...counted, findings: listed, findingsTotal: total, notes, durationMs };
}

/** Read models that have not caught up by then are compared as far as they are, milliseconds. */
export const catchUpMs = 10_000;
/** Events between two reports of progress. */
export const progressEvery = 1_000;
