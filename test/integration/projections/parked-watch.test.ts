import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createParkedWatch, type ParkedWatch, type WatchPace } from '../../../src/processes/parked/watch.js';
import type { Alerts } from '../../../src/processes/ports/outbound.js';
import { rebuildProjections } from '../../../src/projections/generations/rebuild.js';
import { countParked, markTold, untoldParked } from '../../../src/projections/runtime/parked-news.js';
import type { Projection } from '../../../src/projections/runtime/projection.js';
import { type Projector, startProjector } from '../../../src/projections/runtime/projector.js';
import { retryParkedStream } from '../../../src/projections/runtime/take-up.js';
import { history, toPaid } from '../../support/orders.js';
import type { TestStack } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { createWorld, startServers, type World } from './support/world.js';

/** Cannot apply anything of the streams it is told to refuse. */
function refusing(name: string, refuse: ReadonlySet<string>): Projection {
  return {
    name,
    version: 1,
    prefixes: ['order-'],
    rebuildable: true,
    tables: [],
    async apply(events) {
      if (events.some(({ stream }) => refuse.has(stream))) throw new Error('cannot fold this');
    },
  };
}

describe('the watch over parked streams', () => {
  let stack: TestStack;
  let world: World;
  let projector: Projector;
  let watch: ParkedWatch;
  let refuse: Set<string>;
  let raised: Parameters<Alerts['raise']>[0][];
  let gauge: Map<string, number>;
  let mailServerIsUp: boolean;
  beforeAll(async () => {
    stack = await startServers({ programs: ['postgres', 'eventstoredb'] });
  });
  afterAll(() => stack?.stop());
  beforeEach(async () => {
    world = await createWorld(stack);
    refuse = new Set();
    raised = [];
    gauge = new Map();
    mailServerIsUp = true;
    watch = newWatch();
    watch.start();
    projector = startProjector({
      ...world,
      name: 'test',
      projections: names.map((name) => refusing(name, refuse)),
      onParked: () => watch.nudge(),
    });
  });
  afterEach(async () => {
    await watch.stop();
    await projector.stop();
    await world.close();
  });

  const names = ['picky', 'choosy'];
  const counted = () => countParked(world.db, names);
  const newWatch = (pace: Partial<WatchPace> = {}, parkedCounts = counted) =>
    createParkedWatch({
      ...world,
      projections: {
        parking: names,
        parkedCounts,
        untoldParked: (pauseMs) => untoldParked(world.db, pauseMs),
        markTold: (told) => markTold(world.db, told),
      },
      alerts: { raise: async (alert) => (raised.push(alert) > 0 && mailServerIsUp ? 'sent' : 'unsent') },
      metrics: {
        ...world.metrics,
        set: (name, value, labels) => void gauge.set(`${name} ${labels?.projection}`, value),
      },
      pace: { everyMs: 50, settleMs: 300, gatherMs: 600_000, ...pace },
    });

  /** A whole look that begins now. */
  async function nextLook(): Promise<void> {
    for (const _ of ['one under way', 'one after it']) {
      gauge.clear();
      await until('the watch looks', () => gauge.size > 0);
    }
  }

  async function park(count: number): Promise<string[]> {
    const streams = Array.from({ length: count }, (_, n) => `order-${world.databaseUrl.slice(-8)}-${refuse.size + n}`);
    for (const stream of streams) refuse.add(stream);
    for (const stream of streams) await world.append(stream, ...history(...toPaid));
    return streams;
  }

  it('tells of a burst in one mail at once, and of what follows in one more when it was gathered', async () => {
    const [first = ''] = await park(1);
    await until('the operators are told', async () => raised.length === 1);
    expect(raised[0]).toMatchObject({
      kind: 'projection-parked',
      subject: `${first} is parked`,
      message: expect.stringContaining(`${first} (choosy, picky). \`portal projections parked\``),
      facts: { newlyParked: { picky: 1, choosy: 1 } },
    });
    const [second = ''] = await park(7);
    for (const name of names) await until('it is seen', () => gauge.get(`portal_parked_streams ${name}`) === 8);
    await nextLook();
    expect(raised, 'the rest is gathered').toHaveLength(1);
    await watch.stop();
    watch = newWatch({ gatherMs: 1 });
    watch.start();
    await until('the operators are told of the rest', () => raised.length > 1);
    expect(raised[1]).toMatchObject({
      subject: `${second} and 6 more streams are parked`,
      message: expect.stringContaining(' and 2 more. `portal projections parked`'),
      facts: { newlyParked: { picky: 7, choosy: 7 } },
    });
    await nextLook();
    expect(raised, 'nothing is told twice').toHaveLength(2);
  });

  it('looks although something more is parked again and again', async () => {
    await watch.stop();
    const slow = newWatch({ everyMs: 60_000, settleMs: 300 });
    slow.start();
    await until('the first look is over', () => gauge.has('portal_parked_streams picky'));
    for (const look of ['another', 'and one after that']) {
      gauge.clear();
      await until(look, () => {
        slow.nudge();
        return gauge.has('portal_parked_streams picky');
      });
    }
    await slow.stop();
  });

  it('looks soon at what is parked while it looks', async () => {
    await watch.stop();
    let looks = 0;
    const surprised = newWatch({ everyMs: 60_000 }, () => {
      looks += 1;
      if (looks === 1) surprised.nudge();
      return counted();
    });
    surprised.start();
    await until('it looks again', () => looks > 1);
    await surprised.stop();
  });

  it('goes on looking after a look that has failed', async () => {
    await watch.stop();
    let looks = 0;
    const unlucky = newWatch({ everyMs: 10 }, async () => {
      looks += 1;
      if (looks === 1) throw new Error('the database is away');
      return counted();
    });
    unlucky.start();
    await until('it looks again', () => looks > 1);
    await unlucky.stop();
  });

  it('leaves a mail to the process that is at it, and owes one that did not go out, whatever process goes on', async () => {
    const other = await world.ownerLock.tryAcquire('parked-streams-alert');
    mailServerIsUp = false;
    const [stream = ''] = await park(1);
    await until('it is seen', () => gauge.get('portal_parked_streams picky') === 1);
    await nextLook();
    expect(raised, 'another process is at it').toEqual([]);
    await other!.release();
    await until('it was tried', async () => raised.length > 0);
    await watch.stop();
    mailServerIsUp = true;
    raised.length = 0;
    watch = newWatch();
    watch.start();
    await until('the operators are told', async () => raised.length > 0);
    expect(raised).toMatchObject([{ subject: `${stream} is parked` }]);
  });

  it('takes for told what was told of, and nothing else', async () => {
    await watch.stop();
    await park(2);
    const untold = () => untoldParked(world.db, 0);
    await until('all is parked', async () => (await untold()).length === 4);
    const [first, ...others] = await untold();
    await markTold(world.db, [first!, { ...others[0]!, eventId: randomUUID() }]);
    expect(await untold()).toEqual(others);
  });

  it('takes no retry that fails for news, and forgets what is mended', async () => {
    const [stream = ''] = await park(1);
    const told = new Map(names.map((name) => [name, { parked: 1, untold: 0 }]));
    await until('it is noted that the operators are told', async () => isDeepStrictEqual(await counted(), told));
    await retryParkedStream(world, refusing('picky', refuse), stream);
    expect(await counted()).toEqual(told);
    await rebuildProjections(world, [refusing('picky', refuse)]);
    expect(await counted(), 'nor a rebuild').toEqual(told);
    refuse.clear();
    await retryParkedStream(world, refusing('picky', refuse), stream);
    await until('the gauge falls', async () => gauge.get('portal_parked_streams picky') === 0);
    expect(gauge.get('portal_parked_streams choosy')).toBe(1);
  });
});
