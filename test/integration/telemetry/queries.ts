import { readFileSync } from 'node:fs';
import { parser } from '@prometheus-io/lezer-promql';
import { operationsOf, readDocument } from '../../unit/openapi/document.js';

type Node = ReturnType<typeof parser.parse>['topNode'];

/** Values by label, of all series of a metric together. */
type Labels = ReadonlyMap<string, ReadonlySet<string>>;

const deployed = (file: string) => readFileSync(new URL(`../../../deploy/${file}`, import.meta.url), 'utf8');

/** Every expression of the alert rules and of the dashboard's panels. */
export function deployedQueries(): { watched: string[]; drawn: string[] } {
  const rules = deployed('prometheus/alerts.yml').matchAll(/^ +expr: (?:>-\n((?: {10,}\S.*\n)+)|(.*)\n)/gm);
  const { panels } = JSON.parse(deployed('grafana/portal.json')) as { panels: { targets: { expr: string }[] }[] };
  return {
    watched: [...rules].map(([, folded, line]) => folded ?? line ?? ''),
    drawn: panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  };
}

/**
 * What an expression of Prometheus can ask for: the series of a metrics page, with the labels that scraping them gives, and
 * statuses that the API documents though no request has ended in them.
 */
export function seriesOf(page: string): ReadonlyMap<string, Labels> {
  const scraped = { job: deployedJobs(), instance: ['portal:3001'] };
  const series = new Map([['up', labelsOf(Object.entries(scraped))]]);
  for (const [, name = '', labels = ''] of page.matchAll(/^([a-z_]+)(?:\{(.*)\})? \S+$/gm)) {
    const own = [...labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', value = '']) => ({
      label,
      value,
    }));
    const known = series.get(name) ?? labelsOf(Object.entries(scraped));
    for (const { label, value } of own) {
      const values = known.get(label) ?? new Set(label === 'status' ? documentedStatuses : []);
      known.set(label, values.add(value));
    }
    series.set(name, known);
  }
  return series;
}

/** What is wrong with an expression, in words: its syntax, or something it asks for that can never be found. */
export function faultsIn(expression: string, series: ReadonlyMap<string, Labels>): string[] {
  const text = expression.replace(/\$__(rate_)?interval/g, '5m');
  const nodes = nodesIn(parser.parse(text).topNode);
  const broken = nodes.filter(({ type }) => type.isError);
  if (broken.length > 0) return broken.map(({ from }) => `is no PromQL at ${text.slice(from, from + 20)}`);
  const said = ({ from, to }: Node) => text.slice(from, to);
  const selectors = nodes.filter(({ name }) => name === 'VectorSelector');
  const names = selectors.map((selector) => said(selector.getChild('Identifier') ?? selector));
  const grouped = nodes.filter(({ name }) => name === 'GroupingLabels').flatMap((one) => one.getChildren('LabelName'));
  return [
    ...names.filter((name) => !series.has(name)).map((name) => `there is no ${name}`),
    ...grouped
      .map(said)
      .filter((label) => !names.some((name) => series.get(name)?.has(label)))
      .map((label) => `nothing has a label ${label}`),
    ...selectors.flatMap((selector, index) => {
      const labels = series.get(names[index] ?? '');
      const matchers = selector.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
      return labels === undefined ? [] : matchers.map(said).filter((matcher) => !canMatch(matcher, labels));
    }),
  ];
}

/** Whether a label has a value that the matcher names, or excludes: what excludes nothing is a slip as well. */
function canMatch(matcher: string, labels: Labels): boolean {
  const [, label = '', operator = '', value = ''] = /^(\w+)\s*(=~|!~|!=|=)\s*["'`](.*)["'`]$/.exec(matcher) ?? [];
  const values = [...(labels.get(label) ?? [])];
  if (!operator.endsWith('~')) return values.includes(value);
  // As Prometheus has it, a pattern is about the whole value.
  const pattern = new RegExp(`^(?:${value})$`);
  return values.some((one) => pattern.test(one));
}

function nodesIn(top: Node): Node[] {
  const nodes: Node[] = [];
  top.cursor().iterate(({ node }) => {
    nodes.push(node);
  });
  return nodes;
}

function labelsOf(entries: [string, string[]][]): Map<string, Set<string>> {
  return new Map(entries.map(([label, values]) => [label, new Set(values)]));
}

function deployedJobs(): string[] {
  return [...deployed('prometheus/prometheus.yml').matchAll(/job_name: (\S+)/g)].map(([, job = '']) => job);
}

const documentedStatuses = [...operationsOf(readDocument('openapi')).values()].flatMap(({ responses }) =>
  Object.keys(responses),
);
