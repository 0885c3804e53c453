import type { Logger } from '../../commands/ports.js';

/** How far a run has come: items downloaded, then items whose streams were looked at. */
export interface SyncProgress {
  readonly syncId: string;
  readonly phase: 'download' | 'apply';
  readonly done: number;
  /** Null when the warehouse does not say how many there are. */
  readonly total: number | null;
}

/** Where the progress of the run under way can be seen from other processes, such as the CLI. */
export interface ProgressBoard {
  /** Never fails: progress is news, not truth. */
  write(progress: SyncProgress): void;
  /** @returns null when no run is under way, or nobody can tell */
  read(): Promise<SyncProgress | null>;
}

/** A line this often tells enough of a run of minutes, and a quick run ends without one. */
const logEveryMs = 5_000;
/** The board is looked at by people. */
const boardEveryMs = 500;

/** Tells of a run's progress as often as somebody wants to know, however often it is called. */
export function createProgressReport(syncId: string, logger: Logger, board: ProgressBoard) {
  let loggedAt = performance.now();
  let boardAt = Number.NEGATIVE_INFINITY;
  return (phase: SyncProgress['phase'], done: number, total: number | null): void => {
    const at = performance.now();
    const progress = { phase, done, total };
    if (at - boardAt >= boardEveryMs) {
      boardAt = at;
      board.write({ syncId, ...progress });
    }
    if (at - loggedAt >= logEveryMs) {
      loggedAt = at;
      logger.info(progress, 'inventory sync goes on');
    }
  };
}
