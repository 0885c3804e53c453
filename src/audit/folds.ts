import { currentEvent } from '../commands/event-envelope.js';
import type { RecordedEvent } from '../commands/event-store.js';
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
}

/** Folds the streams of one read model, as many as it was told to hold. */
export interface Folds {
  readonly model: FoldedModel;
  /** @returns false when the stream is new and there is no room for it */
  add(event: RecordedEvent): boolean;
  /** Streams that have something to show. */
  results(): Iterable<FoldedStream>;
}

export function createFolds(model: FoldedModel, maxStreams: number): Folds {
  const { fold } = model.projection;
  const streams = new Map<string, { revision: bigint; state: unknown }>();
  return {
    model,
    add(event) {
      let folded = streams.get(event.stream);
      if (!folded) {
        if (streams.size >= maxStreams) return false;
        folded = { revision: -1n, state: null };
        streams.set(event.stream, folded);
      }
      step(model, folded, event);
      return true;
    },
    *results() {
      for (const [stream, { revision, state }] of streams) {
        if (state !== null) yield { key: stream.slice(fold.prefix.length), revision, state };
      }
    },
  };
}

/** Folds one more event onto a stream, the way the projection does. Never throws: forged data can be anything. */
export function step(model: FoldedModel, folded: { revision: bigint; state: unknown }, event: RecordedEvent): void {
  if (model.skipped.has(event.id)) return;
  folded.revision = event.revision;
  try {
    folded.state = model.projection.fold.evolve(folded.state, currentEvent(event), event);
  } catch {
    // The state stays, so the row that was made of the true event differs from it and is reported.
  }
}
