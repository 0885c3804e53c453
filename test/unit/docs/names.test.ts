import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Instrument, instruments } from '../../../src/adapters/telemetry/instruments.js';
import { variables } from '../../../src/config.js';
import { portalCli } from '../../support/cli.js';
import { allPages, blocks, read, root } from './pages.js';

const known: Readonly<Record<string, Instrument>> = instruments;

/** Metrics of the portal that a text names and that do not exist. */
function unknownMetrics(text: string): string[] {
  const names = [...text.matchAll(/\bportal_[a-z_]+\b/g)].map(([name]) => name);
  return names.filter((name) => {
    const histogram = known[name.replace(/_(bucket|sum|count)$/, '')];
    return !(name in known) && histogram?.type !== 'histogram';
  });
}

/** Label names used in a PromQL expression on metrics that do not have them. */
function unknownLabels(expression: string): string[] {
  const selectors = [...expression.matchAll(/\b(portal_[a-z_]+)(?:\{([^}]*)\})?/g)];
  const all = new Set<string>(['le', 'instance', 'job']);
  const wrong: string[] = [];
  for (const [, name = '', matchers = ''] of selectors) {
    const labels = (known[name] ?? known[name.replace(/_(bucket|sum|count)$/, '')])?.labels ?? [];
    for (const label of labels) all.add(label);
    for (const [, label = ''] of matchers.matchAll(/([a-z_]+)\s*[=!]~?/g)) {
      if (!labels.includes(label)) wrong.push(`${name}{${label}}`);
    }
  }
  for (const [, list = ''] of expression.matchAll(/\bby \(([^)]*)\)/g)) {
    wrong.push(...list.split(',').flatMap((label) => (all.has(label.trim()) ? [] : [`by ${label.trim()}`])));
  }
  return wrong;
}

describe('metrics', () => {
  const dashboard = JSON.parse(read('deploy/grafana/portal.json')) as {
    panels: { id: number; gridPos: { x: number; y: number }; targets: { expr: string }[] }[];
  };
  const drawn = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  const rules = [...read('deploy/prometheus/alerts.yml').matchAll(/expr:([\s\S]*?)\n +(?:for|labels):/g)];
  const watched = rules.map(([, expression = '']) => expression);

  test('alerts and dashboard name metrics and labels that exist', () => {
    for (const expression of [...drawn, ...watched]) {
      expect(unknownMetrics(expression)).toEqual([]);
      expect(unknownLabels(expression)).toEqual([]);
    }
    expect(watched.length).toBeGreaterThan(5);
  });

  test('the dashboard shows every metric of the portal', () => {
    const shown = drawn.join('\n');
    expect(Object.keys(instruments).filter((name) => !shown.includes(name))).toEqual([]);
  });

  test('every panel of the dashboard has an id and a place of its own', () => {
    const [ids, places] = [
      dashboard.panels.map(({ id }) => id),
      dashboard.panels.map(({ gridPos: { x, y } }) => `${x},${y}`),
    ];
    expect([new Set(ids).size, new Set(places).size]).toEqual([ids.length, places.length]);
  });

  test.each(allPages())('$file names metrics that exist', ({ text }) => {
    expect(unknownMetrics(text)).toEqual([]);
  });

  test('a wrong name or label is found', () => {
    expect(unknownMetrics('rate(portal_order_export_total[5m])')).toEqual(['portal_order_export_total']);
    expect(unknownLabels('sum by (kind) (portal_job_wait_seconds_sum{topic="x"})')).toEqual([
      'portal_job_wait_seconds_sum{topic}',
      'by kind',
    ]);
  });
});

describe('environment variables', () => {
  /** Words that look like a variable of the portal. EventStoreDB's own settings begin with EVENTSTORE_ as well. */
  const families = new Set(Object.keys(variables).flatMap((name) => name.match(/^[A-Z]+_/) ?? []));
  families.delete('EVENTSTORE_');

  function unknownVariables(text: string): string[] {
    const words = [...text.matchAll(/(?<![A-Za-z_$])[A-Z]+(?:_[A-Z]+)+\b/g)].map(([word]) => word);
    return words.filter((word) => {
      const family = word.match(/^[A-Z]+_/)?.[0] ?? '';
      return families.has(family) && !(word.replace(/_FILE$/, '') in variables);
    });
  }

  test.each(allPages())('$file names variables that exist', ({ text }) => {
    expect(unknownVariables(text)).toEqual([]);
  });

  test('a wrong name is found', () => {
    expect(unknownVariables('set `EXTENSIV_CLIENT_SECERT` and `STRIPE_SECRET_KEY_FILE`')).toEqual([
      'EXTENSIV_CLIENT_SECERT',
    ]);
  });
});

test('the page on Redis names every key', () => {
  const page = read('docs/reference/redis.md');
  const files = ['src/adapters', 'src/projections'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  );
  const sources = files.filter((name) => name.endsWith('.ts'));
  const keys = sources.flatMap((file) => [
    ...read(file).matchAll(/['`]((?:portal|inventory|products?|extensiv):[\w:-]*)/g),
  ]);
  const unnamed = keys.map(([, key = '']) => key).filter((key) => !page.includes(`\`${key}`));
  expect(keys.length).toBeGreaterThan(5);
  expect(unnamed).toEqual([]);
});

test('commands of the CLI that the pages show exist', async () => {
  const listed = [...read('docs/reference/cli.md').matchAll(/^\| `([a-z]+ [a-z][a-z-]*)/gm)];
  const inPages = allPages().flatMap(({ text }) => [...text.matchAll(/npm run portal -- ([a-z]+ [a-z][a-z-]*)/g)]);
  const shown = new Set([...listed, ...inPages].map(([, command = '']) => command));
  expect(shown.size).toBeGreaterThan(5);
  for (const command of shown) {
    const { stdout } = await portalCli([...command.split(' '), '--help']);
    expect(stdout).toContain(`Usage: portal ${command}`);
  }
  expect((await portalCli(['projections', 'nosuch', '--help'])).stdout).not.toContain('portal projections nosuch');
});

test('npm scripts that the pages show exist', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const shown = allPages().flatMap((page) =>
    blocks(page, 'bash').flatMap((block) => [...block.matchAll(/npm run (?:--silent )?([a-z:-]+)/g)]),
  );
  for (const [, name = ''] of shown) expect(Object.keys(scripts)).toContain(name);
});
