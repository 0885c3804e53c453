import { scrubText } from '../../adapters/telemetry/scrub.js';
import { type Config, variables } from '../../config.js';
import { explain } from '../failures.js';

/** What a check found. `warning`: nothing is broken yet; `skipped`: what it needs was not there. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly detail: string;
  /** What puts it right; null where nothing is wrong. */
  readonly mend: string | null;
}

export type Verdict = Omit<Finding, 'check'>;

export const ok = (detail: string): Verdict => ({ state: 'ok', detail, mend: null });
export const warning = (detail: string, mend: string): Verdict => ({ state: 'warning', detail, mend });
export const failed = (detail: string, mend: string): Verdict => ({ state: 'failed', detail, mend });

/** A neighbour that takes longer to answer would not serve the portal either. */
const answerLimitMs = 10_000;

/**
 * Runs one check to its end, however it ends.
 *
 * @param mend what to do when it throws or does not answer
 */
export async function examine(
  check: string,
  mend: string,
  look: () => Promise<Verdict>,
  hide: (text: string) => string,
): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Verdict>((resolve) => {
    timer = setTimeout(() => resolve(failed(`no answer within ${answerLimitMs / 1_000} s`, mend)), answerLimitMs);
  });
  const verdict = await Promise.race([
    look().catch((error: unknown) => failed(explain(error).split('\n')[0] ?? '', mend)),
    late,
  ]);
  clearTimeout(timer);
  return { check, ...verdict, detail: hide(verdict.detail) };
}

/** Takes every secret of the configuration, and what looks like one, out of a text. */
export function hiding(config: Config): (text: string) => string {
  const secrets = Object.entries(variables)
    .filter(([, { secret }]) => secret)
    .map(([name]) => String(config[name as keyof Config]))
    .flatMap((value) => [value, passwordOf(value)])
    .filter((value) => value.length >= shortestSecret);
  return (text) => scrubText(secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text));
}

/** Anything shorter would redact ordinary words. */
const shortestSecret = 6;

function passwordOf(value: string): string {
  const password = URL.canParse(value) ? new URL(value).password : '';
  try {
    return decodeURIComponent(password);
  } catch {
    // Not encoded as a URL wants it, which the server it is for may tell.
    return password;
  }
}
