import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

// npm signals its shell alone: a server that the shell has not made way for would go on without it.
it.each(Object.entries(scripts).filter(([, script]) => script.includes('node dist/')))(
  'npm run %s hands signals on to what it starts',
  (_name, script) => {
    expect(script).toMatch(/(^|&& )exec node dist\//);
  },
);
