import type { SentryReporter } from './error-reporter.js';
import type { PortalLogger } from './logger.js';

/** What a crash is told with; the reporter as soon as there is one. */
interface Witnesses {
  readonly logger: Pick<PortalLogger, 'exception'>;
  reporter?: Pick<SentryReporter, 'capture' | 'flush'>;
}

/**
 * Ends the process with status 1 on an exception that nobody handled, once it is logged and reported. Without it Node
 * would print the exception as it is, customer data and secrets included.
 */
export function endOnCrash(witnesses: Witnesses): void {
  let ending = false;
  process.on('uncaughtException', (error, origin) => {
    witnesses.logger.exception(error, origin);
    if (ending) return;
    ending = true;
    const { reporter } = witnesses;
    reporter?.capture(error, { origin });
    const told = reporter?.flush() ?? Promise.resolve(true);
    void told.finally(() => process.exit(1));
  });
}
