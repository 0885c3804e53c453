/** Where an event with a known id went. */
export interface Whereabouts {
  readonly stream: string;
  readonly revision: number;
}

/** Ids remembered for appends that expect no exact revision; about 10 MiB of memory, whatever the log's size. */
export const recentIdLimit = 32_768;

/** A bounded memory of event ids; the oldest are forgotten first. */
export function createRecentIds(limit = recentIdLimit) {
  const known = new Map<string, Whereabouts>();
  return {
    get: (id: string): Whereabouts | undefined => known.get(id),
    remember(id: string, place: Whereabouts): void {
      known.delete(id);
      known.set(id, place);
      if (known.size > limit) {
        for (const oldest of known.keys()) {
          known.delete(oldest);
          break;
        }
      }
    },
    clear: (): void => known.clear(),
  };
}

export type RecentIds = ReturnType<typeof createRecentIds>;
