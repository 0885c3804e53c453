import { isBroken, type Subject } from './subject.js';

/** Health is progress: a projector that runs and moves nothing is not well. */
export interface ProjectorHealth {
  /** `standby`: another process is the owner. `stalled`: events wait and nothing moves, or a projection needs help. */
  readonly state: 'standby' | 'catching-up' | 'live' | 'stalled';
  /** Events received and not yet applied; null while catching up, when nobody knows how many are left. */
  readonly lagEvents: number | null;
  /** Why it is stalled. */
  readonly reason?: string;
}

export type Progress = ReturnType<typeof createProgress>;

/** Keeps what a projector's health is made of. */
export function createProgress(stallAfterMs: number) {
  let isOwner = false;
  let subjects: readonly Subject[] = [];
  let waiting = 0;
  let caughtUp = false;
  /** Since when something has been to do, by the time that passes: a clock that is set makes nobody stall, nor well. */
  let since = 0;
  let failure: string | null = null;

  return {
    standby() {
      isOwner = false;
      caughtUp = false;
      waiting = 0;
    },
    owner() {
      isOwner = true;
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
      since = performance.now();
      caughtUp = isCaughtUp;
      failure = null;
    },
    failed(reason: string) {
      failure = reason;
    },
    health(): ProjectorHealth {
      if (!isOwner) return { state: 'standby', lagEvents: null };
      const lagEvents = caughtUp ? waiting + Math.max(0, ...subjects.map(({ missed }) => missed)) : null;
      const reason = subjects.find(isBroken)?.broken;
      if (reason) return { state: 'stalled', lagEvents, reason };
      const busy = waiting > 0 || failure !== null || !caughtUp;
      if (busy && performance.now() - since >= stallAfterMs) {
        return { state: 'stalled', lagEvents, reason: failure ?? 'events wait and nothing moves' };
      }
      return { state: caughtUp ? 'live' : 'catching-up', lagEvents };
    },
  };
}
