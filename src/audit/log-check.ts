import { sealStream } from '../commands/aggregates.js';
import type { EventStore, RecordedEvent } from '../commands/event-store.js';
import type { RewoundProjection } from '../projections/runtime/last-event.js';
import type { AuditReport } from './audit-report.js';
import { type Chains, createChains } from './chains.js';
import { reportEvents } from './evidence.js';
import type { EventFinding, Findings } from './findings.js';
import { lostSinceRead } from './last-read.js';
import type { Segment } from './register.js';
import { createRegisterCheck } from './register-check.js';
import type { SealReading } from './seal-check.js';
import { sealedForm } from './seals.js';

/** Broken chains remembered until the seals have been asked about them. */
const maxBroken = 10_000;

/** Holds events, as they pass by, against their hash chains and against the seals. */
export interface LogCheck {
  /** @returns something to wait for when the seals have to be read on */
  add(event: RecordedEvent): Promise<void> | undefined;
  /**
   * Reports what was done to the events.
   * @param read what projections had read last before the events were
   */
  end(read?: readonly RewoundProjection[]): Promise<void>;
  readonly chains: Chains;
  /** For the report, when all has come to an end. */
  readonly seals: AuditReport['seals'];
}

/**
 * @param sealing null when there is nothing that could be sealed
 * @param segments what the seals say of the events to come
 */
export function createLogCheck(
  { eventStore, findings }: { eventStore: Pick<EventStore, 'readStream'>; findings: Findings },
  sealing: SealReading | null,
  segments: AsyncIterator<Segment> | undefined = sealing?.segments(),
): LogCheck {
  const chains = createChains();
  const register = segments ? createRegisterCheck(segments) : null;
  const broken: EventFinding[] = [];

  return {
    chains,
    add(event) {
      const finding = chains.check(event);
      if (finding && broken.length < maxBroken) broken.push(finding);
      return event.stream === sealStream ? undefined : register?.add(sealedForm(event));
    },
    async end(read = []) {
      const sealed = (await register?.end(chains.lastRevision)) ?? [];
      const lost = await lostSinceRead(eventStore, read, { chains, sealed });
      await reportEvents(findings, {
        chains: broken,
        seals: sealing?.findings ?? [],
        deviations: [...sealed.map((found) => ({ ...found, reason: 'seal' as const })), ...lost],
        eventStore,
      });
    },
    get seals() {
      return sealing && { ...sealing.summary, ...(register?.counts ?? { covered: 0, beyond: 0 }) };
    },
  };
}
