import { comparePositions, type Position } from '../../commands/event-store.js';
import type { Change } from './change.js';

/** A run of changes, oldest first. */
export interface ChangeBatch {
  readonly changes: readonly Change[];
  /** Everything up to here has been told. */
  readonly position: Position;
  /** What came before was too much to tell: whoever follows must read anew what it shows. */
  readonly gap: boolean;
}

/** One reader of the live changes: they wait here, in bounded number, until it takes them. */
export interface Follower {
  /** Called with every change there is; keeps those behind the reader's position that it may see. */
  push(changes: readonly Change[], position: Position): void;
  /** What has been told of later than this position is no more: the reader goes on behind it, and must read anew. */
  putBack(position: Position): void;
  /** Everything up to here has been handed to the reader. */
  readonly position: Position;
  /** Changes as they come, until `signal` aborts. */
  batches(signal: AbortSignal): AsyncGenerator<ChangeBatch>;
}

/**
 * @param maxWaiting changes that may wait
 * @param onTooSlow called with one more than that: the reader is given up and gets nothing any more
 */
export function createFollower(
  from: Position,
  sees: (change: Change) => boolean,
  maxWaiting: number,
  onTooSlow: () => void,
): Follower {
  let waiting: Change[] = [];
  let reached = from;
  let handedOut = from;
  let tooSlow = false;
  let gap: Position | null = null;
  let wake: () => void = () => undefined;

  return {
    get position() {
      return handedOut;
    },
    push(changes, position) {
      if (tooSlow || comparePositions(position, reached) <= 0) return;
      const news = changes.filter((change) => comparePositions(change.position, reached) > 0 && sees(change));
      reached = position;
      if (waiting.length + news.length > maxWaiting) {
        tooSlow = true;
        waiting = [];
        onTooSlow();
        return;
      }
      waiting.push(...news);
      if (waiting.length === 0) handedOut = position;
      else wake();
    },
    putBack(position) {
      waiting = [];
      reached = position;
      gap = position;
      wake();
    },
    async *batches(signal) {
      signal.addEventListener('abort', () => wake(), { once: true });
      while (!signal.aborted) {
        if (gap) {
          handedOut = gap;
          gap = null;
          yield { changes: [], position: handedOut, gap: true };
          continue;
        }
        if (waiting.length > 0) {
          const changes = waiting;
          waiting = [];
          handedOut = reached;
          yield { changes, position: reached, gap: false };
          continue;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
