/** What every layer may ask of the outside without knowing who answers. */

export interface Clock {
  now(): Date;
}

/** Structured log; the shape is pino's. Objects come first, the message second. */
export interface Logger {
  trace(facts: object, message?: string): void;
  debug(facts: object, message?: string): void;
  info(facts: object, message?: string): void;
  warn(facts: object, message?: string): void;
  error(facts: object, message?: string): void;
  child(bindings: object): Logger;
}

/** Unexpected failures, for the error tracker. Context holds ids only, never customer data. */
export interface ErrorReporter {
  capture(error: unknown, context: Record<string, unknown>): void;
}

/** Prometheus-style instruments, named as in docs/reference/metrics.md. */
export interface Metrics {
  increment(name: string, labels?: Record<string, string>, by?: number): void;
  observe(name: string, value: number, labels?: Record<string, string>): void;
  set(name: string, value: number, labels?: Record<string, string>): void;
}
