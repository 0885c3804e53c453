import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  type AppendExpectedRevision,
  type EventStoreDBClient,
  jsonEvent,
  type ResolvedEvent,
  streamNameFilter,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { collect } from '../support/collect.js';
import { connect, type EventStore, startEventStore } from '../support/eventstoredb.js';
import { randomRuns, randomTimeoutMs } from '../support/runs.js';

const streams = ['a', 'b', 'c'] as const;
type Stream = (typeof streams)[number];
type Expected = 'any' | 'no_stream' | 'stream_exists' | number;

/** What an event store is: a list of events, and rules for who may add to it. */
class Model {
  readonly log: { stream: Stream; id: string }[] = [];
  /** Appends made so far, for repeating one. */
  readonly appends: { stream: Stream; ids: string[]; expected: Expected }[] = [];

  ids(stream: Stream): string[] {
    return this.log.filter((event) => event.stream === stream).map(({ id }) => id);
  }

  /** The next expected revision after an append, or undefined when it must be refused. */
  append(stream: Stream, ids: string[], expected: Expected): number | undefined {
    const present = this.ids(stream);
    const last = present.length - 1;
    if (expected === 'stream_exists' && last < 0) return undefined;
    if (expected === 'any' || expected === 'stream_exists') {
      const known = ids.map((id) => present.indexOf(id));
      if (known.every((revision) => revision >= 0)) return known.at(-1);
      if ((known[0] ?? -1) >= 0) return undefined;
    } else {
      const from = expected === 'no_stream' ? 0 : expected + 1;
      if (from > last + 1) return undefined;
      if (from <= last) {
        const same = ids.every((id, index) => present[from + index] === id);
        return same ? from + ids.length - 1 : undefined;
      }
    }
    this.log.push(...ids.map((id) => ({ stream, id })));
    return last + ids.length;
  }
}

interface Real {
  store: EventStore;
  client: EventStoreDBClient;
  /** Makes stream names of this run its own. */
  run: string;
}

type Command = fc.AsyncCommand<Model, Real>;

async function checkAppend(
  model: Model,
  { client, run }: Real,
  stream: Stream,
  ids: string[],
  expected: Expected,
  plain: boolean,
) {
  const outcome = model.append(stream, ids, expected);
  const expectedRevision: AppendExpectedRevision = typeof expected === 'number' ? BigInt(expected) : expected;
  const appending = client.appendToStream(
    `${run}-${stream}`,
    ids.map((id) => jsonEvent({ id, type: 'Event', data: {} })),
    { expectedRevision, ...(plain ? { credentials: { username: 'admin', password: 'changeit' } } : {}) },
  );
  if (outcome === undefined) await expect(appending).rejects.toBeInstanceOf(WrongExpectedVersionError);
  else expect((await appending).nextExpectedRevision).toBe(BigInt(outcome));
}

class Append implements Command {
  constructor(
    readonly stream: Stream,
    readonly count: number,
    readonly expected: Expected | 'current',
    readonly plain: boolean,
  ) {}
  check = () => true;
  async run(model: Model, real: Real) {
    const ids = Array.from({ length: this.count }, () => randomUUID());
    const last = model.ids(this.stream).length - 1;
    const expected = this.expected !== 'current' ? this.expected : last < 0 ? 'no_stream' : last;
    model.appends.push({ stream: this.stream, ids, expected });
    await checkAppend(model, real, this.stream, ids, expected, this.plain);
  }
  toString = () => `append ${this.count} to ${this.stream} expecting ${this.expected}`;
}

class Repeat implements Command {
  constructor(
    readonly which: number,
    readonly extra: boolean,
    readonly plain: boolean,
  ) {}
  check = (model: Model) => model.appends.length > 0;
  async run(model: Model, real: Real) {
    const append = model.appends[this.which % model.appends.length];
    if (append === undefined) return;
    const ids = this.extra ? [...append.ids, randomUUID()] : append.ids;
    await checkAppend(model, real, append.stream, ids, append.expected, this.plain);
  }
  toString = () => `repeat append ${this.which}${this.extra ? ' with one more event' : ''}`;
}

class Read implements Command {
  constructor(
    readonly stream: Stream,
    readonly backwards: boolean,
    readonly from: number,
    readonly maxCount: number,
  ) {}
  check = (model: Model) => model.ids(this.stream).length > 0;
  async run(model: Model, { client, run }: Real) {
    const { from, maxCount } = this;
    const ids = model.ids(this.stream);
    const expected = this.backwards ? ids.slice(0, from + 1).reverse() : ids.slice(from);
    const direction = this.backwards ? 'backwards' : 'forwards';
    const read = client.readStream(`${run}-${this.stream}`, { direction, fromRevision: BigInt(from), maxCount });
    expect(idsOf(await collect(read))).toEqual(expected.slice(0, maxCount));
  }
  toString = () => `read ${this.maxCount} of ${this.stream} from ${this.from}${this.backwards ? ' backwards' : ''}`;
}

class Follow implements Command {
  constructor(
    readonly after: number,
    readonly stream: Stream | undefined,
  ) {}
  check = (model: Model) => model.log.length > 0;
  async run(model: Model, { client, run }: Real) {
    const ours = (await collect(client.readAll())).filter(({ event }) => event?.streamId.startsWith(run));
    expect(idsOf(ours)).toEqual(model.log.map(({ id }) => id));
    const start = this.after % ours.length;
    const position = ours[start]?.event?.position;
    if (position === undefined) return;
    const expected = model.log
      .slice(start + 1)
      .filter(({ stream }) => this.stream === undefined || stream === this.stream);
    const filter = streamNameFilter({ prefixes: [this.stream === undefined ? run : `${run}-${this.stream}`] });
    const subscription = client.subscribeToAll({ fromPosition: position, filter });
    const seen: ResolvedEvent[] = [];
    subscription.on('data', (event) => seen.push(event));
    await once(subscription, 'caughtUp');
    expect(idsOf(seen)).toEqual(expected.map(({ id }) => id));
    await subscription.unsubscribe();
  }
  toString = () => `follow ${this.stream ?? 'all'} after ${this.after}`;
}

class Restart implements Command {
  constructor(readonly kill: boolean) {}
  check = () => true;
  async run(_model: Model, real: Real) {
    await real.client.dispose();
    if (this.kill) await real.store.kill();
    await real.store.restart();
    real.client = connect(real.store.url);
  }
  toString = () => (this.kill ? 'kill and restart' : 'restart');
}

it('behaves as a list of events with rules', { timeout: randomTimeoutMs }, async () => {
  const real: Real = { store: await startEventStore(), client: undefined as never, run: '' };
  real.client = connect(real.store.url);
  const stream = fc.constantFrom(...streams);
  const expected = fc.oneof(fc.constantFrom('any', 'current', 'no_stream', 'stream_exists'), fc.nat(6));
  const append = fc.tuple(
    stream,
    fc.integer({ min: 1, max: 5 }),
    expected as fc.Arbitrary<Expected | 'current'>,
    fc.boolean(),
  );
  const commands = fc.commands(
    [
      append.map((parts) => new Append(...parts)),
      append.map((parts) => new Append(...parts)),
      fc.tuple(fc.nat(20), fc.boolean(), fc.boolean()).map((parts) => new Repeat(...parts)),
      fc.tuple(stream, fc.boolean(), fc.nat(12), fc.integer({ min: 1, max: 8 })).map((parts) => new Read(...parts)),
      fc.tuple(fc.nat(30), fc.option(stream, { nil: undefined })).map((parts) => new Follow(...parts)),
      fc.boolean().map((kill) => new Restart(kill)),
    ],
    { maxCommands: 30 },
  );
  try {
    await fc.assert(
      fc.asyncProperty(commands, async (run) => {
        real.run = randomUUID();
        await fc.asyncModelRun(() => ({ model: new Model(), real }), run);
      }),
      { numRuns: randomRuns(15), interruptAfterTimeLimit: randomTimeoutMs / 3, markInterruptAsFailure: false },
    );
  } finally {
    await real.client.dispose();
    await real.store.stop();
  }
});

function idsOf(events: readonly ResolvedEvent[]): (string | undefined)[] {
  return events.map(({ event }) => event?.id);
}
