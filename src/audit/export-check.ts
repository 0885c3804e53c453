import { sealStream } from '../commands/aggregates.js';
import type { AuditReport } from './audit-report.js';
import type { ChainedEvent } from './chains.js';
import { reportEvents } from './evidence.js';
import type { Findings } from './findings.js';
import { gatherEvidence } from './log-evidence.js';
import type { Registered, Segment } from './register.js';
import { createRegisterCheck } from './register-check.js';
import type { SealReading } from './seal-check.js';

/** Holds exported events, as they pass by, against the index, their hash chains and the seals. */
export interface ExportCheck {
  /** @param event null where the format has no whole events */
  add(form: Registered, event: ChainedEvent | null): Promise<void>;
  /** Reports what was done to the events. */
  end(): Promise<void>;
  readonly streams: number;
  /** For the report, when all has come to an end. */
  readonly seals: AuditReport['seals'];
}

/**
 * @param index what the export should hold; null when nothing that can be believed says so
 * @param sealing null for an export of a part of the log; its streams may begin in the middle
 */
export function createExportCheck(
  findings: Findings,
  index: AsyncIterator<Segment> | null,
  sealing: SealReading | null,
): ExportCheck {
  const listed = index && createRegisterCheck(index);
  const evidence = gatherEvidence(sealing, { partial: sealing === null });
  const last = new Map<string, number>();
  const lastRevision = (stream: string) => last.get(stream) ?? null;

  return {
    async add(form, event) {
      last.set(form.stream, Math.max(form.revision, last.get(form.stream) ?? -1));
      await listed?.add(form);
      if (event) await evidence.add(event);
    },
    async end() {
      const ofIndex = ((await listed?.end(lastRevision)) ?? []).map((found) => ({
        ...found,
        reason: 'index' as const,
      }));
      const ofSeals = await evidence.deviations(lastRevision);
      const named = new Set(ofIndex.map(({ stream }) => stream));
      await reportEvents(findings, {
        chains: evidence.broken,
        seals: named.has(sealStream) ? [] : (sealing?.findings ?? []),
        deviations: [...ofIndex, ...ofSeals.filter(({ stream }) => !named.has(stream))],
      });
    },
    get streams() {
      return last.size;
    },
    get seals() {
      return evidence.seals;
    },
  };
}
