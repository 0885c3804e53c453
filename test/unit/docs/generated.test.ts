import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { root } from './pages.js';

test('the pages made of code, and .env.example, are up to date', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/docs.mjs', '--check'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
}, 60_000);
