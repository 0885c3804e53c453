import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Effect, EffectPostponed } from '../../../src/processes/effects/effect.js';
import { createPlaces } from '../../../src/processes/effects/places.js';

const context = { correlationId: 'c', causationId: 'c', actor: 'system:test' };
const effect = {} as Effect;

// Pauses grow by a few milliseconds each, which a busy machine takes between two calls.
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

it('what finds no place comes again later, each a little after the one before, and is performed once there is one', async () => {
  const answers: (() => void)[] = [];
  const handler = createPlaces(2)({ perform: () => new Promise((resolve) => answers.push(resolve)) });
  const underWay = [handler.perform(effect, context), handler.perform(effect, context)];
  const pauses: number[] = [];
  for (let left = 20; left > 0; left -= 1) {
    const postponed = await handler.perform(effect, context).catch((error: unknown) => error);
    expect(postponed).toBeInstanceOf(EffectPostponed);
    pauses.push((postponed as EffectPostponed).delayMs);
  }
  expect(answers).toHaveLength(2);
  expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
  expect(pauses.at(-1)).toBeGreaterThan(100);

  for (const answer of answers) answer();
  await Promise.all(underWay);
  const next = handler.perform(effect, context);
  expect(answers).toHaveLength(3);
  answers[2]?.();
  await next;
});

it('a place is free again when its effect has failed', async () => {
  const handler = createPlaces(1)({ perform: () => Promise.reject(new Error('no answer')) });
  for (let left = 3; left > 0; left -= 1) await expect(handler.perform(effect, context)).rejects.toThrow('no answer');
});
