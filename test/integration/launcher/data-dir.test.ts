import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataDir } from '../../../embedded/stack/data-dir.js';

describe('the lock of a data folder', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'portal-lock-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('that cannot be written does not end the launcher, and names every child when it can be again', async () => {
    const lock = await lockDataDir(dataDir);
    const file = path.join(dataDir, 'launcher.lock');
    // A folder in the way of its draft stands for a disk that is full.
    const obstacle = `${file}.${process.pid}`;
    await mkdir(obstacle);
    lock.noteChild(process.pid, 'SIGINT');
    lock.forgetChild(1);
    await rm(obstacle, { recursive: true });
    lock.noteChild(process.ppid, 'SIGTERM');
    const { children } = JSON.parse(await readFile(file, 'utf8'));
    expect(children).toMatchObject([{ pid: process.pid }, { pid: process.ppid }]);
    lock.release();
  });
});
