import { expect, test } from 'vitest';
import { roles } from '../../../src/config/variables.js';
import { blocks, read } from './pages.js';

test('the processes of the split by role can share one host', () => {
  const file = 'docs/scaling.md';
  const lines = blocks({ file, text: read(file) }, 'bash').flatMap((block) => block.split('\n'));
  const started = lines.filter((line) => line.includes('ROLES='));
  const settings = (name: string) => started.map((line) => new RegExp(`\\b${name}=(\\S+)`).exec(line)?.[1]);
  expect(settings('ROLES')).toEqual(roles);
  for (const name of ['PORT', 'LOG_DIR']) {
    expect(settings(name), name).not.toContain(undefined);
    expect(new Set(settings(name)).size, name).toBe(roles.length);
  }
});
