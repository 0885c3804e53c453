import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { codeOf, messageOf } from '../shared/errors.js';
import { poll } from './poll.js';
import { identify, isRunning, type ProcessIdentity, sendSignal } from './process-table.js';
import { replaceFile, writeDraft } from './replace-file.js';
import { StackError } from './types.js';

/** The right to use a data folder, held by one launcher at a time. */
export interface DataDirLock {
  /** Notes a child, so that the next launcher finds it should this one be killed. */
  noteChild(pid: number, stopSignal: NodeJS.Signals): void;
  forgetChild(pid: number): void;
  release(): void;
}

interface LockContent {
  owner: ProcessIdentity;
  children: NotedChild[];
}

type NotedChild = ProcessIdentity & { stopSignal: NodeJS.Signals };

/** Time left to the children of a killed launcher to end by themselves: PostgreSQL's fast shutdown takes the longest. */
const orphanLimitMs = 10_000;
/**
 * A launcher that is being stopped by npm notices within half a second and then needs a moment for its parts, while the
 * person at the terminal already sees the prompt again and starts the next one.
 */
const handoverLimitMs = 2_000;
/** Two launchers that find the same stale lock race for it; the loser looks once more and then finds a live owner. */
const maxTries = 5;

/**
 * Takes the data folder, making it if need be. A lock left by a launcher that was killed is taken over, after its
 * children are gone; a live owner is an error that names it.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  makeFolder(dataDir);
  const file = path.join(dataDir, 'launcher.lock');
  const content: LockContent = { owner: ownIdentity(), children: [] };
  for (let tries = 0; !createWhole(file, content); tries += 1) {
    const holder = readLock(file);
    if (holder !== undefined && !(await isLeft(file))) {
      throw new StackError(
        `${dataDir} is in use by a launcher that is already running (process ${holder.owner.pid}). ` +
          'Stop that one first, or set DATA_DIR to another folder.',
      );
    }
    if (tries >= maxTries) throw new StackError(`Could not take ${file}; remove it if no launcher is running.`);
    if (holder !== undefined) await endOrphans(holder.children);
    removeIfUnchanged(file, holder);
  }
  const note = () => {
    try {
      replaceFile(file, JSON.stringify(content));
    } catch {
      // On a full disk the parts die and must be started again; the note is for the next launcher, and is written anew.
    }
  };
  return {
    noteChild(pid, stopSignal) {
      const child = identify(pid);
      if (child === undefined) return;
      content.children.push({ ...child, stopSignal });
      note();
    },
    forgetChild(pid) {
      content.children = content.children.filter((child) => child.pid !== pid);
      note();
    },
    release() {
      rmSync(file, { force: true });
    },
  };
}

/** Whether the lock is given back, or its owner ends, within the time a handover takes. */
async function isLeft(file: string): Promise<boolean> {
  const check = () => {
    const holder = readLock(file);
    return holder !== undefined && isRunning(holder.owner) ? undefined : true;
  };
  return (await poll(check, { everyMs: 50, limitMs: handoverLimitMs })) === true;
}

function makeFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    const probe = path.join(dataDir, `.write-probe-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new StackError(
      `Cannot write to the data folder ${dataDir} (${messageOf(error)}). ` +
        'Set DATA_DIR to a folder that belongs to you.',
    );
  }
}

function ownIdentity(): ProcessIdentity {
  return identify(process.pid) ?? { pid: process.pid, started: '' };
}

/** Linking is the one step that both fails when the lock exists and never shows a half-written one. */
function createWhole(file: string, content: LockContent): boolean {
  const draft = writeDraft(file, JSON.stringify(content));
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft);
  }
}

function readLock(file: string): LockContent | undefined {
  try {
    const { owner, children }: Partial<LockContent> = JSON.parse(readFileSync(file, 'utf8'));
    return owner === undefined ? undefined : { owner, children: children ?? [] };
  } catch {
    return undefined;
  }
}

/** Moves the stale lock aside first: of two launchers only one can move it, and it can look at what it moved. */
function removeIfUnchanged(file: string, expected: LockContent | undefined): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = readLock(aside);
  if (JSON.stringify(moved?.owner) !== JSON.stringify(expected?.owner)) {
    try {
      linkSync(aside, file);
    } catch {
      // A third launcher took the lock in between: it is the owner now.
    }
  }
  rmSync(aside, { force: true });
}

async function endOrphans(children: NotedChild[]): Promise<void> {
  const alive = () => children.filter(isRunning);
  for (const child of alive()) sendSignal(child.pid, child.stopSignal);
  await poll(() => (alive().length === 0 ? true : undefined), { everyMs: 20, limitMs: orphanLimitMs });
  for (const child of alive()) sendSignal(child.pid, 'SIGKILL');
}
