import { expect, it } from 'vitest';
import { explain } from '../../../src/cli/failures.js';

const query = 'select count(*) filter (where "a" - 1 > 0)\n from portal.personal_keys';
const missing = (text: string) => Object.assign(new Error(text), { severity: 'ERROR', code: '42P01' });
const reason = 'relation "portal.personal_keys" does not exist';

it('what PostgreSQL says stands without the query, also where somebody wraps it', () => {
  const error = missing(`${query} - ${reason}`);
  const wrapped = new Error(`a read model is missing: ${error.message}`, { cause: error });
  expect(explain(error).split('\n')[0]).toBe(reason);
  expect(explain(wrapped).split('\n')[0]).toBe(`a read model is missing: ${reason}`);
});

it.each(['28000', '28P01', '3D000'])('a database that lets nobody in is a matter of its address: %s', (code) => {
  const error = Object.assign(new Error('password authentication failed for user "portal"'), { code });
  expect(explain(error).split('\n')[1]).toContain('DATABASE_URL');
});

it.each([
  [missing(reason), reason],
  [new Error(`not of PostgreSQL - ${reason}`), `not of PostgreSQL - ${reason}`],
  [new Error('Last error: connect ECONNREFUSED. Resolution note: '), 'Last error: connect ECONNREFUSED'],
])('%s', (error, told) => {
  expect(explain(error).split('\n')[0]).toBe(told);
});
