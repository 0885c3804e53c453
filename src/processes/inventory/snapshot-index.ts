/** What the read model knows of the SKUs. */
export interface SnapshotIndex {
  readonly entries: ReadonlyMap<string, IndexEntry>;
  /** False when the read model may be behind: then no stream is left alone on its word. */
  readonly current: boolean;
}

export interface IndexEntry {
  /** From 0, each entry another. */
  readonly place: number;
  readonly fingerprint: string;
  readonly listed: boolean;
  readonly unsettledSince: string | null;
}

/** Whether a snapshot requested at `snapshotAt` may have something to say to an item's stream. */
export function mayChange(known: IndexEntry | undefined, fingerprint: string, snapshotAt: string): boolean {
  if (!known?.listed) return true;
  const settles = known.unsettledSince !== null && known.unsettledSince < snapshotAt;
  return settles || known.fingerprint !== fingerprint;
}

/** How many SKUs are on sale. */
export function countListed({ entries }: SnapshotIndex): number {
  let listed = 0;
  for (const entry of entries.values()) if (entry.listed) listed += 1;
  return listed;
}
