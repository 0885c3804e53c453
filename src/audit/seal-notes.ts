import type { Position } from '../commands/event-store.js';
import { counted } from '../domain/shared/words.js';
import type { AuditDeps, AuditOptions } from './audit-report.js';
import type { SealSummary } from './seal-check.js';
import type { WitnessedSeal } from './seal-witness.js';

/**
 * What `readSeals` is told.
 *
 * @param witness the last seal that the portal remembers
 * @param upTo seals behind it are not looked at
 */
export function sealOptions(
  { verifier }: AuditDeps,
  { digest }: AuditOptions,
  witness: WitnessedSeal | null,
  upTo?: Position,
) {
  const digests = [digest, witness?.digest].filter((each) => each !== undefined);
  return { verifier: verifier && verifier.keys.length > 0 ? verifier : null, digests, ...(upTo ? { upTo } : {}) };
}

/** What is worth knowing of the seals and is nothing wrong. */
export function sealNotes({ verifier }: AuditDeps, { last }: SealSummary, beyond: number): string[] {
  if (!last) return ['nothing is sealed: what was cut off at the end of a stream shows in the read models only'];
  const notes: string[] = [];
  if (!verifier?.keys.length) notes.push('no public key is known, so the signatures of the seals are not checked');
  if (beyond > 0) {
    notes.push(`not sealed yet: ${counted(beyond, 'event')} since the last seal (${last.sealedAt})`);
  }
  return notes;
}
