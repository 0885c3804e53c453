/** Sees to it that one process at a time owns a name, such as a projector. */
export interface OwnerLock {
  /**
   * Tries to become the owner, without waiting.
   * @returns null while somebody else owns the name
   * @throws when the arbiter cannot be reached
   */
  tryAcquire(name: string): Promise<Ownership | null>;
}

export interface Ownership {
  /** Aborts as soon as the ownership is known to be lost. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}
