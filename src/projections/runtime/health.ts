import { earliest, type Position } from '../../commands/event-store.js';
import type { Clock } from '../../commands/ports.js';
import type { Subject } from './subject.js';

/** Health is progress: a projector that runs and moves nothing is not well. */
export interface ProjectorHealth {
  /** `standby`: another process is the owner. `stalled`: events wait and nothing moves, or a projection needs help. */
  readonly state: 'standby' | 'catching-up' | 'live' | 'stalled';
  /** The earliest checkpoint of its projections. */
  readonly checkpoint: Position | null;
  /** Events received and not yet applied; null while catching up, when nobody knows how many are left. */
  readonly lagEvents: number | null;
  /** ISO 8601, or null before the first progress. */
  readonly lastProgressAt: string | null;
  /** Why it is stalled. */
  readonly reason?: string;
  /** Projections that apply nothing until a rebuild, with the reason. */
  readonly broken: Readonly<Record<string, string>>;
}

export type Progress = ReturnType<typeof createProgress>;

/** Keeps what a projector's health is made of. */
export function createProgress(clock: Clock, stallAfterMs: number) {
  let role: 'standby' | 'owner' = 'standby';
  let subjects: readonly Subject[] = [];
  let waiting = 0;
  let caughtUp = false;
  let lastProgress: Date | null = null;
  /** Since when something has been to do, by the time that passes: a clock that is set makes nobody stall, nor well. */
  let since = 0;
  let failure: string | null = null;

  return {
    standby() {
      role = 'standby';
      caughtUp = false;
      waiting = 0;
    },
    owner() {
      role = 'owner';
      since = performance.now();
    },
    subjects(loaded: readonly Subject[]) {
      subjects = loaded;
      caughtUp = false;
    },
    waiting(count: number) {
      if (waiting === 0 && count > 0) since = performance.now();
      waiting = count;
    },
    moved(isCaughtUp: boolean) {
      lastProgress = clock.now();
      since = performance.now();
      caughtUp = isCaughtUp;
      failure = null;
    },
    failed(reason: string) {
      failure = reason;
    },
    health(): ProjectorHealth {
      const broken = Object.fromEntries(
        subjects.flatMap(({ projection, broken }) => (broken ? [[projection.name, broken]] : [])),
      );
      const base = {
        checkpoint: earliest(subjects.map(({ checkpoint }) => checkpoint)),
        lastProgressAt: lastProgress?.toISOString() ?? null,
        broken: role === 'owner' ? broken : {},
      };
      if (role === 'standby') return { ...base, state: 'standby', lagEvents: null };
      const lagEvents = caughtUp ? waiting + Math.max(0, ...subjects.map(({ missed }) => missed)) : null;
      const [firstBroken] = Object.values(broken);
      if (firstBroken) return { ...base, state: 'stalled', lagEvents, reason: firstBroken };
      const busy = waiting > 0 || failure !== null || !caughtUp;
      if (busy && performance.now() - since >= stallAfterMs) {
        return { ...base, state: 'stalled', lagEvents, reason: failure ?? 'events wait and nothing moves' };
      }
      return { ...base, state: caughtUp ? 'live' : 'catching-up', lagEvents };
    },
  };
}
