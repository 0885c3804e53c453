import type { Logger, Metrics } from '../../src/commands/ports.js';

/** What was said to a logger. */
export interface LogLine {
  readonly level: string;
  readonly facts: Record<string, unknown>;
  readonly message: string | undefined;
}

/** A logger that gives each line to `take`, the facts of its ancestors included. */
export function loggerTo(take: (line: LogLine) => void, bindings: object = {}): Logger {
  const at = (level: string) => (facts: object, message?: string) =>
    take({ level, facts: { ...bindings, ...facts }, message });
  return {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (more) => loggerTo(take, { ...bindings, ...more }),
  };
}

/** Says nothing; with TEST_LOG what went wrong. Its children are itself, so that who spies on it hears them, too. */
export const silentLogger: Logger = { ...loggerTo(complain), child: () => silentLogger };

function complain({ level, facts, message }: LogLine): void {
  if (!process.env.TEST_LOG || (level !== 'warn' && level !== 'error')) return;
  process.stderr.write(`${message} ${JSON.stringify(facts, readable)}\n`);
}

function readable(_key: string, value: unknown): unknown {
  return value instanceof Error ? { message: value.message, cause: value.cause } : value;
}

/** Measures nothing. */
export const noMetrics: Metrics = { increment: () => undefined, observe: () => undefined, set: () => undefined };
