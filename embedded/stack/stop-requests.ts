/** The ways in which a launcher is asked to stop. */
export interface StopRequests {
  /** Aborted at the first request. */
  signal: AbortSignal;
  /** Resolves at the first request. */
  requested: Promise<void>;
}

/** How often it is looked whether npm is still there. */
const parentCheckMs = 500;
/** The exit code shells give for a program that was ended by SIGINT. */
const interruptedCode = 130;

/**
 * Listens for SIGINT, SIGTERM and SIGHUP, and for the end of the `npm start` that runs us: npm passes a signal on to its
 * shell only, which ends without telling us. An insistent Ctrl-C ends the launcher at once; the watchdog then ends the parts.
 */
export function stopRequests(): StopRequests {
  const controller = new AbortController();
  const requested = new Promise<void>((resolve) => {
    controller.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const request = () => controller.abort(new Error('asked to stop'));
  let interrupts = 0;
  process.on('SIGINT', () => {
    interrupts += 1;
    // npm and the terminal may each deliver the same Ctrl-C, so the third is the first that surely is another one.
    if (interrupts > maxInterrupts) process.exit(interruptedCode);
    request();
  });
  process.on('SIGTERM', request);
  process.on('SIGHUP', request);
  if (process.env.npm_lifecycle_event !== undefined) onParentGone(request);
  return { signal: controller.signal, requested };
}

const maxInterrupts = 2;

function onParentGone(then: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    then();
  }, parentCheckMs);
  timer.unref();
}
