import type { Logger } from './ports.js';

/** A reason that lasts is told again after this. */
const tellAgainMs = 60_000;

/** Warns of failures under one message: of what is new at once, and only now and then of what lasts, however often it comes. */
export function warnOfNews(logger: Logger, message: string): (error: unknown) => void {
  let told = { reason: '', at: Number.NEGATIVE_INFINITY };
  return (error) => {
    // Of a script Redis says which one and where.
    const reason = String(error).replace(/ script: .*$/, '');
    if (reason === told.reason && performance.now() - told.at < tellAgainMs) return;
    told = { reason, at: performance.now() };
    logger.warn({ err: error }, message);
  };
}
