import type { EventStore, RecordedEvent } from '../commands/event-store.js';
import type { LastRead } from '../projections/runtime/last-event.js';
import type { AuditReport } from './audit-report.js';
import type { Chains } from './chains.js';
import { reportEvents } from './evidence.js';
import type { Findings } from './findings.js';
import { lostSinceRead } from './last-read.js';
import { gatherEvidence } from './log-evidence.js';
import type { Segment } from './register.js';
import type { SealReading } from './seal-check.js';

/** Holds events of the store, as they pass by, against their hash chains and against the seals. */
export interface LogCheck {
  /** @returns something to wait for when the seals have to be read on */
  add(event: RecordedEvent): Promise<void> | undefined;
  /**
   * Reports what was done to the events.
   * @param read what projections had read last before the events were
   */
  end(read?: readonly LastRead[]): Promise<void>;
  readonly chains: Chains;
  /** For the report, when all has come to an end. */
  readonly seals: AuditReport['seals'];
}

/**
 * @param sealing null when there is nothing that could be sealed
 * @param segments what the seals say of the events to come, when it is not all they say
 */
export function createLogCheck(
  { eventStore, findings }: { eventStore: Pick<EventStore, 'readStream'>; findings: Findings },
  sealing: SealReading | null,
  segments?: AsyncIterator<Segment>,
): LogCheck {
  const evidence = gatherEvidence(sealing, { segments });
  const { add, chains, broken } = evidence;

  return {
    add,
    chains,
    async end(read = []) {
      const sealed = await evidence.deviations(chains.lastRevision);
      const lost = await lostSinceRead(eventStore, read, { chains, sealed });
      const seals = sealing?.findings ?? [];
      await reportEvents(findings, { chains: broken, seals, deviations: [...sealed, ...lost], eventStore });
    },
    get seals() {
      return evidence.seals;
    },
  };
}
