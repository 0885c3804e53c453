import { isTransient, messageOf } from '../../commands/failures.js';
import type { ErrorReporter, Logger } from '../../commands/ports.js';
import type { PoisonEvent } from './apply.js';
import type { Progress } from './health.js';
import type { ProjectorOptions } from './projector-options.js';

/** What a projector tells of its failures: in the log, in error reports and in its health. */
export interface Reports {
  /**
   * Something failed and is tried again.
   * @param failures in a row, before this one
   * @returns false for what was told of a short while ago
   */
  failed(error: unknown, failures: number): boolean;
  /** An event could not be applied, and the rest of its stream is left out. */
  parked(projection: string, poison: PoisonEvent): void;
}

export function createReports(deps: {
  name: string;
  logger: Logger;
  reporter: ErrorReporter;
  progress: Progress;
  tellAgainMs: number;
  onParked?: ProjectorOptions['onParked'];
}): Reports {
  const { name, logger, reporter, progress, tellAgainMs, onParked } = deps;
  let told = { reason: '', at: 0 };

  return {
    failed(error, failures) {
      const reason = messageOf(error);
      progress.failed(reason);
      if (failures === 0 && !isTransient(error)) reporter.capture(error, { projector: name });
      const isNew = failures === 0 || reason !== told.reason;
      if (!isNew && performance.now() - told.at < tellAgainMs) return false;
      told = { reason, at: performance.now() };
      logger.warn({ ...(isNew ? { err: error } : { reason }), failures }, 'projector could not go on; it tries again');
      return true;
    },
    parked(projection, { event, error }) {
      const facts = { projection, stream: event.stream, eventId: event.id, eventType: event.type };
      logger.error({ ...facts, err: error }, 'event cannot be applied; its stream is parked');
      reporter.capture(error, facts);
      onParked?.({ projection, stream: event.stream, error });
    },
  };
}
