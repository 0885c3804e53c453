import { renameSync, writeFileSync } from 'node:fs';

/** Replaces a file in one step, so that a kill at any moment leaves the old or the new content. Mode 600. */
export function replaceFile(file: string, text: string): void {
  renameSync(writeDraft(file, text), file);
}

/** Writes what is to become a file beside it. @returns where */
export function writeDraft(file: string, text: string): string {
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, text, { mode: 0o600 });
  return draft;
}
