import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { allPages, anchors, type Page, read, root } from './pages.js';

/** Links of a page that stay in the project and lead nowhere. */
function brokenLinks({ file, text }: Page): string[] {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return links
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [place = '', anchor] = target.split('#');
      const aim = path.join(path.dirname(file), place);
      if (!existsSync(path.join(root, aim))) return true;
      return anchor !== undefined && !anchors(place === '' ? text : read(aim)).has(anchor);
    });
}

describe('links inside the project lead somewhere', () => {
  test.each(allPages())('$file', (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });

  test('a link to a missing page or heading is found', () => {
    const text = '[one](docs/missing.md) [two](#nowhere) [three](LICENSE)\n# Here\n[four](#here)';
    expect(brokenLinks({ file: 'README.md', text })).toEqual(['docs/missing.md', '#nowhere']);
  });
});

test('every alert names a runbook that exists', () => {
  const runbooks = [...read('deploy/prometheus/alerts.yml').matchAll(/runbook: (\S+)#(\S+)/g)];
  const alerts = [...read('deploy/prometheus/alerts.yml').matchAll(/- alert:/g)];
  expect(runbooks).toHaveLength(alerts.length);
  for (const [, file = '', anchor = ''] of runbooks) expect([...anchors(read(file))]).toContain(anchor);
});
