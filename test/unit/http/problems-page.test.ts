import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { problems } from '../../../src/http/problems/catalogue.js';

const page = readFileSync(new URL('../../../docs/reference/problems.md', import.meta.url), 'utf8');
const rows = page.split('\n').filter((row) => row.startsWith('| <a id='));

it.each(Object.entries(problems))('docs/reference/problems.md tells of %s as the API does', (code, problem) => {
  expect(rows).toContain(
    `| <a id="${code}"></a>\`${code}\` | ${problem.status} | ${problem.title} | ${problem.advice} |`,
  );
});

it('docs/reference/problems.md tells of nothing else', () => {
  expect(rows).toHaveLength(Object.keys(problems).length);
});
