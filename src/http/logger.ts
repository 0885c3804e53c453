import type { FastifyBaseLogger } from 'fastify';
import type { Logger } from '../commands/ports.js';

/** Our logger in the shape Fastify asks for, so that its own lines land in the same place. */
export function fastifyLogger(logger: Logger): FastifyBaseLogger {
  const to =
    (write: (facts: object, message?: string) => void) =>
    (first: unknown, second?: unknown): void => {
      const message = typeof second === 'string' ? second : undefined;
      if (typeof first === 'object' && first !== null) write(first instanceof Error ? { err: first } : first, message);
      else write({}, String(first));
    };
  return {
    level: 'info',
    trace: to((facts, message) => logger.trace(facts, message)),
    debug: to((facts, message) => logger.debug(facts, message)),
    info: to((facts, message) => logger.info(facts, message)),
    warn: to((facts, message) => logger.warn(facts, message)),
    error: to((facts, message) => logger.error(facts, message)),
    fatal: to((facts, message) => logger.error(facts, message)),
    silent: () => {},
    child: (bindings) => fastifyLogger(logger.child(bindings)),
  };
}
