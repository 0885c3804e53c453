import { expect, test } from 'vitest';
import { allPages, blocks, read } from './pages.js';
import * as snippets from './snippets.js';

const shown = allPages().flatMap((page) => blocks(page, 'ts').map((code) => ({ file: page.file, code })));

test.each(shown)('TypeScript of $file is checked: $code', ({ code }) => {
  expect(withoutIndent(read('test/unit/docs/snippets.ts'))).toContain(withoutIndent(code));
});

test('nothing is checked that no page shows', () => expect(Object.keys(snippets)).toHaveLength(shown.length));

function withoutIndent(code: string): string {
  return code.trim().replaceAll(/^ +/gm, '');
}
