import { type Decider, type Decision, nothing, reject } from '../shared/decider.js';
import type { RejectedItem, SyncEvent } from './events.js';

export type SyncCommand = StartSync | CompleteSync | FailSync;

interface StartSync {
  readonly type: 'StartSync';
  readonly syncId: string;
  readonly trigger: 'schedule' | 'manual' | 'startup';
  readonly force: boolean;
  readonly at: string;
}

interface CompleteSync {
  readonly type: 'CompleteSync';
  readonly syncId: string;
  readonly received: number;
  readonly created: number;
  readonly changed: number;
  readonly delisted: number;
  /** All of them; the event keeps the first {@link maxRejectedListed} and the count. */
  readonly rejected: readonly RejectedItem[];
  /** When the snapshot was requested. */
  readonly snapshotAt: string;
  readonly at: string;
  readonly durationMs: number;
}

interface FailSync {
  readonly type: 'FailSync';
  readonly syncId: string;
  readonly error: string;
  /** What was read of the snapshot until then; absent when it was not read to its end. */
  readonly received?: number;
  readonly rejected?: readonly RejectedItem[];
  readonly at: string;
  readonly durationMs: number;
}

/** The runs of a day by their id; `unclear` is one of which an event cannot be read. */
export type SyncState = Readonly<Record<string, 'running' | 'completed' | 'failed' | 'unclear'>>;

/** Enough to see what is wrong with a feed; a snapshot of bad items must not become an event of megabytes. */
export const maxRejectedListed = 100;

/** The inventory syncs of a day: stream `inventorySync-{YYYY-MM-DD}` of the day the run started. */
export const syncDecider: Decider<SyncCommand, SyncEvent, SyncState> = { initial: {}, evolve, decide };

function evolve(state: SyncState, event: SyncEvent): SyncState {
  switch (event.type) {
    case 'InventorySyncStarted':
      return { ...state, [event.data.syncId]: 'running' };
    case 'InventorySyncCompleted':
      return { ...state, [event.data.syncId]: 'completed' };
    case 'InventorySyncFailed':
      return { ...state, [event.data.syncId]: 'failed' };
    default:
      return state;
  }
}

/**
 * What an event that cannot be read leaves of the runs: how far its run is, nobody can say; where it names none, it may be
 * of any that is under way. Nobody else ends such a run, and it stops no other one.
 */
export function evolveUnreadable(state: SyncState, data: unknown): SyncState {
  const { syncId } = (data ?? {}) as { syncId?: unknown };
  if (typeof syncId === 'string') return { ...state, [syncId]: 'unclear' };
  return Object.fromEntries(
    Object.entries(state).map(([run, status]) => [run, status === 'running' ? 'unclear' : status]),
  );
}

function decide(command: SyncCommand, state: SyncState): Decision<SyncEvent> {
  switch (command.type) {
    case 'StartSync':
      return start(command, state);
    case 'CompleteSync':
      return ending('completed', command, state) ?? complete(command);
    case 'FailSync':
      return ending('failed', command, state) ?? fail(command);
  }
}

function start({ syncId, trigger, force, at }: StartSync, state: SyncState): Decision<SyncEvent> {
  if (state[syncId]) return nothing;
  return [{ type: 'InventorySyncStarted', data: { syncId, trigger, force, startedAt: at } }];
}

function complete({ type: _type, rejected, at, ...counts }: CompleteSync): SyncEvent[] {
  return [{ type: 'InventorySyncCompleted', data: { ...counts, ...listed(rejected), completedAt: at } }];
}

function fail({ syncId, error, received = 0, rejected = [], at, durationMs }: FailSync): SyncEvent[] {
  const data = { syncId, error, received, ...listed(rejected), failedAt: at, durationMs };
  return [{ type: 'InventorySyncFailed', data }];
}

function listed(rejected: readonly RejectedItem[]): { rejectedCount: number; rejected: RejectedItem[] } {
  return { rejectedCount: rejected.length, rejected: rejected.slice(0, maxRejectedListed) };
}

/** A run ends once. @returns the answer when it cannot end like this now, or null when it can */
function ending(to: 'completed' | 'failed', { syncId }: { syncId: string }, state: SyncState): Decision<never> | null {
  const current = state[syncId];
  if (current === 'running' || current === 'unclear') return null;
  if (current === to) return nothing;
  return current
    ? reject('illegal-transition', `the sync has already ${current}`, { syncId })
    : reject('not-found', 'the sync was never started', { syncId });
}
