import { sealStream } from '../commands/aggregates.js';
import type { AuditReport } from './audit-report.js';
import { type ChainedEvent, type Chains, createChains } from './chains.js';
import type { Deviation, LastRevision } from './deviations.js';
import type { EventFinding } from './findings.js';
import type { Segment } from './register.js';
import { createRegisterCheck } from './register-check.js';
import type { SealReading } from './seal-check.js';
import { sealedForm } from './seals.js';

/** What hash chains and seals have to say of events that pass by. */
export interface LogEvidence {
  /** @returns something to wait for when the seals have to be read on */
  add(event: ChainedEvent): Promise<void> | undefined;
  readonly chains: Chains;
  /** Chains that broke, as they broke. */
  readonly broken: readonly EventFinding[];
  /** What is not as it was sealed, when all events have passed by. */
  deviations(lastRevision: LastRevision): Promise<(Deviation & { readonly reason: 'seal' })[]>;
  /** For the report, after that. */
  readonly seals: AuditReport['seals'];
}

/** Broken chains remembered until the seals have been asked about them. */
const maxBroken = 10_000;

/**
 * @param sealing null when there are no seals to look at
 * @param options `segments`: what the seals say of the events to come, all by default. `partial`: streams may begin in the
 *   middle
 */
export function gatherEvidence(
  sealing: SealReading | null,
  options: { readonly segments?: AsyncIterator<Segment> | undefined; readonly partial?: boolean },
): LogEvidence {
  const { segments = sealing?.segments(), partial = false } = options;
  const chains = createChains({ partial });
  const register = segments ? createRegisterCheck(segments) : null;
  const broken: EventFinding[] = [];

  return {
    chains,
    broken,
    add(event) {
      const finding = chains.check(event);
      if (finding && broken.length < maxBroken) broken.push(finding);
      return event.stream === sealStream ? undefined : register?.add(sealedForm(event));
    },
    async deviations(lastRevision) {
      const found = (await register?.end(lastRevision)) ?? [];
      return found.map((deviation) => ({ ...deviation, reason: 'seal' as const }));
    },
    get seals() {
      return sealing && { ...sealing.summary, ...(register?.counts ?? { covered: 0, beyond: 0 }) };
    },
  };
}
