import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataDir } from '../../../embedded/stack/data-dir.js';
import { openSecrets } from '../../../embedded/stack/secrets.js';

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

describe('the secrets of a data folder', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'portal-secrets-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('are the same from start to start', () => {
    expect(openSecrets(dataDir).key('personalData')).toBe(openSecrets(dataDir).key('personalData'));
  });

  it.each([
    ['a comma too many', (text: string) => text.replace(/\n}/, ',\n}')],
    ['a part', (text: string) => text.slice(0, 30)],
    ['nothing', () => ''],
    ['a list', () => '[]'],
  ])('are left as they are when the file holds %s: it can still be mended', async (_what, damage) => {
    const secret = openSecrets(dataDir).key('personalData');
    const file = path.join(dataDir, 'secrets.json');
    const damaged = damage(await readFile(file, 'utf8'));
    await writeFile(file, damaged);
    const open = () => openSecrets(dataDir).key('personalData');
    expect(open).toThrow(`${file} cannot be read`);
    expect(open).not.toThrow(secret.slice(0, 8));
    expect(await readFile(file, 'utf8')).toBe(damaged);
  });
});
