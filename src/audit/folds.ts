import { currentEvent } from '../commands/event-reading.js';
import type { RecordedEvent } from '../commands/event-store.js';
import { idOf } from '../commands/streams.js';
import type { StreamFoldProjection } from '../projections/models/stream-fold.js';

/** A read model with one row per stream, as the audit makes it again. */
export interface FoldedModel {
  readonly projection: StreamFoldProjection<unknown>;
  /** Ids of events that operators left out of it. */
  readonly skipped: ReadonlySet<string>;
}

export interface FoldedStream {
  readonly key: string;
  readonly revision: bigint;
  readonly state: unknown;
  /** Whether the projection cannot apply some event of it: the stream is parked there. */
  readonly unfoldable?: boolean;
}

interface Folding {
  revision: bigint;
  state: unknown;
  unfoldable?: boolean;
}

/** Folds the streams of one read model, and holds those that were met last. */
export interface Folds {
  add(event: RecordedEvent): void;
  /** Whether it is time to let some go. */
  isFull(): boolean;
  /** Lets the streams go that have not been met for long. @returns those that have something to show */
  letGo(): FoldedStream[];
  /** Keys of streams that were met again after they had been let go, whose first event never came, or that never folded. */
  readonly again: ReadonlySet<string>;
}

/** @param maxStreams streams held at once */
export function createFolds(model: FoldedModel, maxStreams: number): Folds {
  type Streams = Map<string, Folding>;
  let recent: Streams = new Map();
  let former: Streams = new Map();
  const again = new Set<string>();

  return {
    again,
    add(event) {
      let folded = recent.get(event.stream) ?? former.get(event.stream);
      if (!folded) {
        if (event.revision > 0n) {
          again.add(idOf(event.stream));
          return;
        }
        folded = { revision: -1n, state: null };
      }
      former.delete(event.stream);
      recent.set(event.stream, folded);
      step(model, folded, event);
    },
    isFull: () => recent.size * 2 >= maxStreams,
    letGo() {
      const leaving = former;
      former = recent;
      recent = new Map();
      const results: FoldedStream[] = [];
      for (const [stream, { revision, state, unfoldable }] of leaving) {
        if (state !== null) results.push({ key: idOf(stream), revision, state });
        else if (unfoldable) again.add(idOf(stream));
      }
      return results;
    },
  };
}

/** Folds one more event onto a stream, the way the projection does. Never throws: forged data can be anything. */
export function step(model: FoldedModel, folded: Folding, event: RecordedEvent): void {
  if (model.skipped.has(event.id)) return;
  folded.revision = event.revision;
  try {
    folded.state = model.projection.fold.evolve(folded.state, currentEvent(event), event);
  } catch {
    // The state stays, so the row that was made of the true event differs from it and is reported.
    folded.unfoldable = true;
  }
}
