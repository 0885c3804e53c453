import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createMasterKeys, MasterKeyMissing } from '../../../src/adapters/postgres/personal-keys/master-keys.js';

const key = randomBytes(32);
const [old, fresh] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64')) as [string, string];

it('opens what a former master key wrapped, as long as it is given', () => {
  const kept = createMasterKeys([old]).wrap(key, 'place');
  expect(createMasterKeys([fresh, old]).unwrap(kept, 'place')).toEqual(key);
  expect(() => createMasterKeys([fresh]).unwrap(kept, 'place')).toThrow(MasterKeyMissing);
});

it('opens what was wrapped before there was a master key, so that one can be set later', () => {
  const kept = createMasterKeys([]).wrap(key, 'place');
  const later = createMasterKeys([fresh]);
  expect(later.unwrap(kept, 'place')).toEqual(key);
  expect(later.current).not.toBe(kept.master);
});

it('opens a key at its own place only', () => {
  const masters = createMasterKeys([fresh]);
  expect(() => masters.unwrap(masters.wrap(key, 'place'), 'elsewhere')).toThrow();
});
