import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inSameOrder, type Pair } from '../../../src/audit/alignment.js';
import { createSegmentWriter, type Registered } from '../../../src/audit/register.js';
import { createRegisterCheck } from '../../../src/audit/register-check.js';

function event(stream: string, revision: number, content = ''): Registered {
  const identity = `${stream} ${revision} ${content}`;
  return { stream, revision, type: 'T', eventId: identity, text: identity, identity };
}

/** The deviations of what came from what was registered. */
async function deviations(registered: readonly Registered[], came: readonly Registered[]) {
  const writer = createSegmentWriter(null);
  for (const each of registered) writer.add(each);
  const segment = writer.flush()!;
  const check = createRegisterCheck(
    (async function* () {
      yield segment;
    })(),
  );
  const last = new Map<string, number>();
  for (const each of came) {
    last.set(each.stream, each.revision);
    await check.add(each);
  }
  return await check.end((stream) => last.get(stream) ?? null);
}

/** Events of a busy stream with one of another stream after each. */
const interleaved = Array.from({ length: 20 }, (_, n) => [event('a', n), event(`b${n}`, 0)]).flat();

it('a stream that was changed from one event on is the only one named, however others lie between', async () => {
  const came = interleaved.map((each) =>
    each.stream === 'a' && each.revision >= 4 ? { ...each, identity: 'x', text: `x${each.revision}` } : each,
  );
  expect(await deviations(interleaved, came)).toMatchObject([{ what: 'changed', stream: 'a', revision: 4 }]);
});

it('a stream that was removed is the only one named, however others lie between', async () => {
  const came = interleaved.filter(({ stream }) => stream !== 'a');
  expect(await deviations(interleaved, came)).toMatchObject([{ what: 'truncated', stream: 'a', revision: 0 }]);
});

it('two events that changed places are named, and not the one between them', async () => {
  const at = interleaved.findIndex(({ stream, revision }) => stream === 'a' && revision === 4);
  const [first, , second] = interleaved.slice(at) as [Registered, Registered, Registered];
  const came = interleaved.with(at, { ...second, revision: 4 }).with(at + 2, { ...first, revision: 5 });
  expect(await deviations(interleaved, came)).toMatchObject([{ what: 'reordered', stream: 'a', revision: 4 }]);
});

it('no choice of pairs in the same order is heavier than the one made', () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 7 }).chain((size) =>
        fc.tuple(
          fc.shuffledSubarray(
            Array.from({ length: size }, (_, n) => n),
            { minLength: size },
          ),
          fc.array(fc.integer({ min: 1, max: 3 }), { minLength: size, maxLength: size }),
        ),
      ),
      ([rights, weights]) => {
        const pairs = rights.map((right, left) => ({ left, right, weight: weights[left] ?? 1 }));
        const chosen = inSameOrder(pairs);
        expect(isInOrder(chosen)).toBe(true);
        const heaviest = subsetsOf(pairs).filter(isInOrder).map(weightOf);
        expect(weightOf(chosen)).toBe(Math.max(...heaviest));
      },
    ),
  ));

const isInOrder = (pairs: readonly Pair[]) =>
  pairs.every(({ left, right }, at) => at === 0 || (left > pairs[at - 1]!.left && right > pairs[at - 1]!.right));
const weightOf = (pairs: readonly Pair[]) => pairs.reduce((sum, { weight }) => sum + weight, 0);
const subsetsOf = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: 2 ** items.length }, (_, chosen) => items.filter((_, at) => (chosen >> at) % 2 === 1));
