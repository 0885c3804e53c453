import { portalPrefixes } from '../commands/aggregates.js';
import { comparePositions, type EventStore, type Position, type RecordedEvent } from '../commands/event-store.js';
import { createFolds, type FoldedModel, type Folds } from './folds.js';

/**
 * Reads `$all` up to the head, and again from where streams did not fit any more, until all have been folded. The first
 * pass shows each event to `seen`, and waits where that returns something to wait for. Yields the folds of each pass.
 */
export async function* passes(options: {
  eventStore: EventStore;
  head: Position;
  models: readonly FoldedModel[];
  maxFolds: number;
  seen: (event: RecordedEvent) => Promise<unknown> | undefined;
}): AsyncGenerator<readonly Folds[]> {
  const { eventStore, head, models } = options;
  const done = new Set<string>();
  let from: Position | null = null;
  for (let pass = 1; ; pass += 1) {
    const folds = models.map((model) => createFolds(model, options.maxFolds));
    const byCategory = new Map(folds.map((fold) => [fold.model.projection.fold.prefix, fold]));
    const folding = new Set<string>();
    /** Where the next pass has to begin: before the first event that found no room. */
    let next: Position | null = null;
    let previous: Position | null = from;
    const foldOnce = (event: RecordedEvent) => {
      const fold = byCategory.get(categoryPrefix(event.stream));
      if (!fold || done.has(event.stream)) return;
      if (fold.add(event)) folding.add(event.stream);
      else next ??= previous;
    };
    for await (const page of eventStore.readAllPages({ prefixes: portalPrefixes, ...(from ? { from } : {}) })) {
      const due = page.filter(({ position }) => comparePositions(position, head) <= 0);
      for (const event of due) {
        const waiting = pass === 1 ? options.seen(event) : undefined;
        if (waiting) await waiting;
        foldOnce(event);
        previous = event.position;
      }
      if (due.length < page.length) break;
    }
    yield folds;
    if (!next) return;
    for (const stream of folding) done.add(stream);
    from = next;
  }
}

function categoryPrefix(stream: string): string {
  return stream.slice(0, stream.indexOf('-') + 1);
}
