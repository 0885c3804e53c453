/** Tells a process, in order, what has become invalid in the shared cache. */
export interface InvalidationFeed {
  /** Calls the listener from now on. */
  follow(listener: InvalidationListener): void;
  /**
   * Whether everything older than a second has been told. False while the connection is away or silent: what was kept
   * on the strength of this feed must then be let go.
   */
  isCurrent(): boolean;
}

export interface InvalidationListener {
  /** `position` is how far the projector had come, null when that is not known. */
  invalidated(scopes: readonly string[] | 'all', position: string | null): void;
  /** Something may have been missed. */
  lost(): void;
}
