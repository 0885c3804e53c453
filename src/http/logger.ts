import type { FastifyBaseLogger } from 'fastify';
import type { Logger } from '../commands/ports.js';

/** Our logger in the shape Fastify asks for, so that its own lines land in the same place. */
export function fastifyLogger(logger: Logger): FastifyBaseLogger {
  return new RequestLogger(logger, null);
}

/**
 * Fastify makes a child for each request, which writes one line if any: its bindings are added to the line, and its
 * methods are shared, both quicker than a child of ours.
 */
class RequestLogger implements FastifyBaseLogger {
  readonly level = 'info';

  constructor(
    private readonly logger: Logger,
    private readonly bindings: object | null,
  ) {}

  trace(facts: unknown, message?: unknown): void {
    this.logger.trace(this.with(facts), text(facts, message));
  }
  debug(facts: unknown, message?: unknown): void {
    this.logger.debug(this.with(facts), text(facts, message));
  }
  info(facts: unknown, message?: unknown): void {
    this.logger.info(this.with(facts), text(facts, message));
  }
  warn(facts: unknown, message?: unknown): void {
    this.logger.warn(this.with(facts), text(facts, message));
  }
  error(facts: unknown, message?: unknown): void {
    this.logger.error(this.with(facts), text(facts, message));
  }
  fatal(facts: unknown, message?: unknown): void {
    this.error(facts, message);
  }
  silent(): void {}

  child(more: object): FastifyBaseLogger {
    return new RequestLogger(this.logger, { ...this.bindings, ...more });
  }

  private with(facts: unknown): object {
    if (typeof facts !== 'object' || facts === null) return this.bindings ?? {};
    if (facts instanceof Error) return { ...this.bindings, err: facts };
    return this.bindings === null ? facts : { ...this.bindings, ...facts };
  }
}

/** The message stands alone or after its facts. */
function text(facts: unknown, message: unknown): string | undefined {
  if (typeof facts !== 'object' || facts === null) return String(facts);
  return typeof message === 'string' ? message : undefined;
}
