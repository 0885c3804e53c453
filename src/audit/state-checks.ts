import type { Position, RecordedEvent } from '../commands/event-store.js';
import { isStreamOf } from '../commands/streams.js';
import type { AuditDeps } from './audit-report.js';
import type { Chains } from './chains.js';
import { comparableModels, ledgerChecks, syncCheck } from './comparable.js';
import { createErasureCheck } from './erasures.js';
import type { Findings } from './findings.js';
import { findStrangeRows, startRowCheck } from './rows.js';

/** Compares something that the portal keeps with the events that make it, as they pass by. */
export interface StateCheck {
  /** What the rows it compares are of. */
  readonly name: string;
  /** @returns something to wait for when the database has enough to do */
  add(event: RecordedEvent): Promise<void> | undefined;
  /** Reports what differs. @returns how many rows were compared */
  end(): Promise<number>;
}

/** A fold takes a few kilobytes. Few streams have events again after so many others had some. */
const usualFolds = 5_000;

/**
 * Checks of all read models, and of the keys of personal data.
 *
 * @param head the last event that will pass by, null when none will
 * @param caughtUp whether the read models show it; ledgers and syncs can be compared only then
 */
export async function startStateChecks(
  deps: AuditDeps & { readonly findings: Findings; readonly notes: string[] },
  options: { head: Position | null; caughtUp: boolean; chains: Chains; maxFolds?: number | undefined },
): Promise<StateCheck[]> {
  const { db, keys, findings, notes } = deps;
  const { head, caughtUp, chains, maxFolds = usualFolds } = options;
  const checks: StateCheck[] = [];
  for (const model of await comparableModels(db, deps)) {
    const { fold } = model.projection;
    const { add, end } = startRowCheck(deps, model, maxFolds);
    checks.push({
      name: fold.name,
      add: (event) => (isStreamOf(fold, event.stream) ? add(event) : undefined),
      async end() {
        const compared = await end();
        await findStrangeRows(deps, model, chains);
        return compared;
      },
    });
  }
  if (head && caughtUp) {
    for (const { table, check } of await ledgerChecks(deps)) {
      checks.push({ name: table, add: check.add, end: () => check.end(head) });
    }
    const syncs = await syncCheck(deps);
    if (syncs) checks.push({ name: 'syncs', add: passing(syncs), end: () => syncs.end(head, notes) });
  }
  if (keys) {
    const erasures = createErasureCheck({ keys, findings });
    checks.push({ name: 'personal_keys', add: passing(erasures), end: erasures.end });
  }
  return checks;
}

/** Of a check that never has to wait. */
export function passing(check: { add(event: RecordedEvent): void }): StateCheck['add'] {
  return (event) => {
    check.add(event);
    return undefined;
  };
}
