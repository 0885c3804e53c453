import type { ErrorReporter } from '../../commands/ports.js';
import { workAtHand } from './log-context.js';
import type { SentrySettings } from './sentry-client.js';

export interface SentryReporter extends ErrorReporter {
  /** Waits for a moment until what was captured is sent. @returns whether everything was sent in time */
  flush(): Promise<boolean>;
}

const flushTimeoutMs = 2_000;

/**
 * Unexpected failures to Sentry, or nowhere without a DSN. The SDK takes half a second to load, which only those pay
 * who use it; what is captured meanwhile waits for it.
 */
export function createErrorReporter(settings: SentrySettings): SentryReporter {
  if (settings.dsn === '') return { capture() {}, flush: async () => true };

  const loading = import('./sentry-client.js').then(
    ({ createSentryClient }) => createSentryClient(settings),
    (error: unknown) => {
      process.stderr.write(`error tracking is off: ${String(error)}\n`);
      return null;
    },
  );
  return {
    capture(error, facts) {
      const context = { ...workAtHand(), ...facts };
      void loading.then((client) => client?.capture(error, context));
    },
    flush: async () => (await (await loading)?.flush(flushTimeoutMs)) ?? false,
  };
}
