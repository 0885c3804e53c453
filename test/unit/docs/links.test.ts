import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { alertRunbooks } from '../../../src/adapters/mail/alert-runbooks.js';
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

test('every alert by mail leads to the runbook that the guide names beside it', () => {
  const guide = read('docs/guides/operating.md');
  const rows = [...(guide.split('## Alerts by mail')[1] ?? '').matchAll(/^\| (`.*?) \| (.*) \|$/gm)];
  const listed = rows.flatMap(([, kinds = '', meaning = '']) =>
    [...kinds.matchAll(/`([a-z-]+)`/g)].map(([, kind = '']) => [kind, /\]\((\S*?)(#\S+)\)/.exec(meaning)] as const),
  );
  expect(Object.keys(alertRunbooks).sort()).toEqual(listed.map(([kind]) => kind).sort());
  for (const [kind, link] of listed) {
    const place = link === null ? 'operating.md#alerts-by-mail' : `${link[1] || 'operating.md'}${link[2]}`;
    expect(alertRunbooks[kind], kind).toBe(`docs/guides/${place}`);
  }
});

test('every alert of Prometheus names a runbook that exists, and that speaks of it', () => {
  const rules = read('deploy/prometheus/alerts.yml').split('- alert: ').slice(1);
  for (const rule of rules) {
    const [, name = '', file = '', anchor = ''] = /^(\w+)[\s\S]*runbook: (\S+)#(\S+)/.exec(rule) ?? [];
    const section = read(file)
      .split(/^(?=#)/m)
      .find((text) => anchors(text).has(anchor));
    expect(section, `${name}: ${file}#${anchor}`).toContain(`\`${name}\``);
  }
});
