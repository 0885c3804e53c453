import type { FastifyBaseLogger } from 'fastify';
import type { Logger } from '../commands/ports.js';

/**
 * Our logger in the shape Fastify asks for, so that its own lines land in the same place. Fastify makes a child for each
 * request, which writes one line if any: its bindings are added to the line, which is quicker than a child of ours.
 */
export function fastifyLogger(logger: Logger, bindings: object = {}): FastifyBaseLogger {
  const to =
    (write: (facts: object, message?: string) => void) =>
    (first: unknown, second?: unknown): void => {
      const message = typeof second === 'string' ? second : undefined;
      if (typeof first !== 'object' || first === null) write(bindings, String(first));
      else write(first instanceof Error ? { ...bindings, err: first } : { ...bindings, ...first }, message);
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
    child: (more) => fastifyLogger(logger, { ...bindings, ...more }),
  };
}
