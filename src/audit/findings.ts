import type { Deviation } from './deviations.js';

/** Something that is not as the portal recorded it. */
export type Finding = EventFinding | RowFinding | FileFinding;

/** The first event of a stream that does not fit. */
export interface EventFinding extends Deviation {
  readonly kind: 'event';
  /**
   * What shows it. The chain: `hash` (its content is another), `prev-hash` (it does not follow the one before it) or
   * `revision` (one is missing). `seal`: it is not what was sealed. `signature`: it is a seal that its key did not sign.
   * `index`: it is not what the signed index of an export lists. `read`: it is not what a projection has read.
   */
  readonly reason: 'hash' | 'prev-hash' | 'revision' | 'seal' | 'signature' | 'index' | 'read';
}

/** A file of an export that is not what its manifest says. */
export interface FileFinding {
  readonly kind: 'file';
  readonly file: string;
  readonly reason: 'missing' | 'hash' | 'signature' | 'unknown-key' | 'unreadable';
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

/** Counts every finding and keeps the first ones, those of events and files before those of rows. */
export function createFindings() {
  const causes: Finding[] = [];
  const rows: Finding[] = [];
  let total = 0;
  return {
    add(finding: Finding): void {
      total += 1;
      const list = finding.kind === 'row' ? rows : causes;
      if (list.length < maxListed) list.push(finding);
    },
    get listed(): readonly Finding[] {
      return [...causes, ...rows].slice(0, maxListed);
    },
    get total() {
      return total;
    },
  };
}

export type Findings = ReturnType<typeof createFindings>;
