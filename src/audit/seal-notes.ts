import type { Position } from '../commands/event-store.js';
import type { AuditDeps, AuditOptions } from './audit-report.js';
import type { SealSummary } from './seal-check.js';

/** What `readSeals` is told. @param upTo seals behind it are not looked at */
export function sealOptions({ verifier }: AuditDeps, { digest }: AuditOptions, upTo?: Position) {
  return { verifier: verifier && verifier.keys.length > 0 ? verifier : null, digest, ...(upTo ? { upTo } : {}) };
}

/** What is worth knowing of the seals and is nothing wrong. */
export function sealNotes({ verifier }: AuditDeps, { count, last }: SealSummary, beyond: number): string[] {
  if (!last) return ['nothing is sealed: what was cut off at the end of a stream shows in the read models only'];
  const notes: string[] = [];
  if (!verifier?.keys.length) notes.push('no public key is known, so the signatures of the seals are not checked');
  if (beyond > 0) {
    notes.push(`${beyond} events came after the last of ${count} seals (${last.sealedAt}) and are not sealed yet`);
  }
  return notes;
}
