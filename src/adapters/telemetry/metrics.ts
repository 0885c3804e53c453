import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Metrics } from '../../commands/ports.js';
import { type Instrument, instruments } from './instruments.js';

export interface PrometheusMetrics extends Metrics {
  /** The text of `GET /metrics`. */
  render(): Promise<string>;
  readonly contentType: string;
}

/**
 * The declared instruments and Node's own. A name or label that is not declared throws: a metric nobody can look up
 * in the reference is a typo.
 */
export function createMetrics(): PrometheusMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  for (const [name, instrument] of Object.entries<Instrument>(instruments)) {
    const settings = { name, help: instrument.help, labelNames: instrument.labels, registers: [registry] };
    if (instrument.type === 'counter') {
      const counter = new Counter(settings);
      for (const labels of instrument.initial) counter.inc(labels, 0);
      counters.set(name, counter);
    }
    if (instrument.type === 'gauge') {
      const gauge = new Gauge(settings);
      for (const labels of instrument.initial) gauge.set(labels, 0);
      gauges.set(name, gauge);
    }
    if (instrument.type === 'histogram') {
      const histogram = new Histogram({ ...settings, buckets: [...instrument.buckets] });
      for (const labels of instrument.initial) histogram.zero(labels);
      histograms.set(name, histogram);
    }
  }

  return {
    increment: (name, labels = {}, by = 1) => declared(counters, name, 'counter').inc(labels, by),
    observe: (name, value, labels = {}) => declared(histograms, name, 'histogram').observe(labels, value),
    set: (name, value, labels = {}) => declared(gauges, name, 'gauge').set(labels, value),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function declared<Kind>(known: Map<string, Kind>, name: string, type: string): Kind {
  const instrument = known.get(name);
  if (instrument === undefined) throw new Error(`no ${type} named ${name} is declared`);
  return instrument;
}
