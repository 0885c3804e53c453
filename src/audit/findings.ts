/** Something that is not as the portal recorded it. */
export type Finding = EventFinding | RowFinding;

/** The first event of a stream that does not fit. */
export interface EventFinding {
  readonly kind: 'event';
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly eventId: string;
  /** `hash`: its content is another; `prev-hash`: it does not follow the one before it; `revision`: one is missing. */
  readonly reason: 'hash' | 'prev-hash' | 'revision';
  readonly detail: string;
}

/** A row of a read model that its events do not explain. */
export interface RowFinding {
  readonly kind: 'row';
  /** Name of the view in schema `read`. */
  readonly table: string;
  readonly key: string;
  /** `behind`: events are missing in it; `ahead`: its events are gone from the stream. */
  readonly reason: 'missing' | 'unexpected' | 'behind' | 'ahead' | 'differs';
  /** Columns that differ, with `state` broken down to its members. */
  readonly columns: readonly string[];
  readonly detail: string;
}

/** More than this nobody reads; the total tells how many there are. */
const maxListed = 100;

/** Counts every finding and keeps the first ones. */
export function createFindings() {
  const listed: Finding[] = [];
  let total = 0;
  return {
    add(finding: Finding): void {
      total += 1;
      if (listed.length < maxListed) listed.push(finding);
    },
    listed: listed as readonly Finding[],
    get total() {
      return total;
    },
  };
}

export type Findings = ReturnType<typeof createFindings>;
