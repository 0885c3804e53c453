import { once } from 'node:events';
import { connect } from 'node:net';
import type { Portal } from '../../compose.js';
import { explain } from '../failures.js';
import { ok, type Verdict, warning } from './check.js';

/** Longer than any way out of a data centre takes to be opened. */
const connectLimitMs = 3_000;

/** Where errors are reported to. Nothing is sent: a report that nobody made would wake somebody. */
export async function errorTracker({ config }: Portal): Promise<Verdict> {
  if (config.SENTRY_DSN === '') return ok('off: SENTRY_DSN is empty');
  return reach(config.SENTRY_DSN, 'Check the host in SENTRY_DSN, and the way out to it. Errors are in the log only.');
}

export async function traceCollector({ config }: Portal): Promise<Verdict> {
  if (config.OTEL_EXPORTER_OTLP_ENDPOINT === '') return ok('off: OTEL_EXPORTER_OTLP_ENDPOINT is empty');
  return reach(
    config.OTEL_EXPORTER_OTLP_ENDPOINT,
    'Start the collector, or correct OTEL_EXPORTER_OTLP_ENDPOINT. Until then traces are lost; nothing else is.',
  );
}

/** Opens a connection to the server of a URL and closes it again. */
async function reach(url: string, mend: string): Promise<Verdict> {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const number = Number(port || (protocol === 'https:' ? 443 : 80));
  const socket = connect(number, host);
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(connectLimitMs) });
    return ok(`${hostname} takes connections`);
  } catch (error) {
    const late = error instanceof Error && error.name === 'AbortError';
    const reason = late ? `no answer within ${connectLimitMs / 1_000} s` : explain(error).split('\n')[0];
    return warning(`${hostname}:${number} cannot be reached: ${reason}`, mend);
  } finally {
    socket.destroy();
  }
}
