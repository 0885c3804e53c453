import type { AllSubscription, EventStore, RecordedEvent, SubscriptionMessage } from '../event-store.js';
import type { PersonalData } from './personal-data.js';

/** Events opened at once, so that their keys are looked up by one query; what a read takes ahead of its reader at most. */
const pageSize = 256;

/** The same store with readable personal data. What is appended must have been protected already. */
export function openedEvents(store: EventStore, { open }: Pick<PersonalData, 'open'>): EventStore {
  return {
    append: store.append,
    async last(stream) {
      const event = await store.last(stream);
      return event && ((await open([event]))[0] ?? null);
    },
    head: store.head,
    close: store.close,
    readStream: (stream, options) => openedOneByOne(store.readStream(stream, options), open),
    readAll: (options) => openedOneByOne(store.readAll(options), open),
    readAllPages: (options) => openedPages(store.readAllPages(options), open),
    subscribeToAll: (options) => openedBursts(store, options, open),
  };
}

async function* openedPages(
  pages: AsyncIterable<readonly RecordedEvent[]>,
  open: PersonalData['open'],
): AsyncGenerator<readonly RecordedEvent[]> {
  let gathered: RecordedEvent[] = [];
  for await (const page of pages) {
    gathered = gathered.concat(page);
    if (gathered.length < pageSize) continue;
    yield await open(gathered);
    gathered = [];
  }
  if (gathered.length > 0) yield await open(gathered);
}

async function* openedOneByOne(
  events: AsyncIterable<RecordedEvent>,
  open: PersonalData['open'],
): AsyncGenerator<RecordedEvent> {
  let page: RecordedEvent[] = [];
  for await (const event of events) {
    if (page.push(event) < pageSize) continue;
    yield* await open(page);
    page = [];
  }
  yield* await open(page);
}

/** Opens what has arrived together; nothing waits for more to come. */
async function* openedBursts(
  store: EventStore,
  options: AllSubscription,
  open: PersonalData['open'],
): AsyncGenerator<SubscriptionMessage> {
  const left = new AbortController();
  const signal = AbortSignal.any([options.signal, left.signal]);
  const messages = store.subscribeToAll({ ...options, signal })[Symbol.asyncIterator]();
  let next = pull(messages);
  try {
    for (;;) {
      const first = await next;
      if (first.done) return;
      const burst = [first.value];
      next = pull(messages);
      const turnOver = new Promise<null>((resolve) => setImmediate(resolve, null));
      while (burst.length < pageSize) {
        const more = await Promise.race([next, turnOver]);
        if (more === null || more.done) break;
        burst.push(more.value);
        next = pull(messages);
      }
      yield* await openedMessages(burst, open);
    }
  } finally {
    left.abort();
    await next.catch(() => undefined);
    await messages.return?.();
  }
}

/** A message asked for ahead of its reader may fail before anybody awaits it. */
function pull(messages: AsyncIterator<SubscriptionMessage>): Promise<IteratorResult<SubscriptionMessage>> {
  const next = messages.next();
  next.catch(() => undefined);
  return next;
}

async function openedMessages(
  messages: readonly SubscriptionMessage[],
  open: PersonalData['open'],
): Promise<SubscriptionMessage[]> {
  const events = messages.flatMap((message) => (message.kind === 'event' ? [message.event] : []));
  const opened = (await open(events)).values();
  return messages.map((message) => {
    if (message.kind !== 'event') return message;
    return { kind: 'event', event: opened.next().value ?? message.event };
  });
}
