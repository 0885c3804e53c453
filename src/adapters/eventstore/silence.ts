import { EventStoreUnavailable } from '../../commands/event-store.js';

/** Tells when a reader waits for the server for too long. */
export interface SilenceWatch {
  /** The reader waits from now on. */
  begins(): void;
  /** Something came. */
  ends(): void;
  close(): void;
}

/** Steps in which the limit is waited for: between two, a process that was busy takes in what came meanwhile. */
const looks = 4;

/**
 * The client gives its reads no deadline, and a server that is halted, or cut off while it is being connected to, keeps
 * them waiting for ever. A reader that is busy with what it got does not wait.
 *
 * @param tooLong called once
 */
export function watchSilence(limitMs: number, tooLong: (failure: EventStoreUnavailable) => void): SilenceWatch {
  let silentLooks: number | null = null;
  const timer = setInterval(() => {
    if (silentLooks === null) return;
    silentLooks += 1;
    if (silentLooks < looks) return;
    clearInterval(timer);
    tooLong(new EventStoreUnavailable(`no answer within ${limitMs / 1_000} s`));
  }, limitMs / looks);
  return {
    begins() {
      silentLooks = 0;
    },
    ends() {
      silentLooks = null;
    },
    close() {
      clearInterval(timer);
    },
  };
}
