import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writePortalEnv } from '../../../embedded/stack/portal-env.js';
import { cliEnvironment } from '../../../src/cli/environment.js';

describe('the environment of the CLI', () => {
  let folder: string;
  const kept = {
    EVENTSTORE_URL: 'esdb://127.0.0.1:2113?tls=false',
    DATABASE_URL: 'postgres://portal:se cret#1@127.0.0.1/portal',
    REDIS_URL: 'redis://127.0.0.1:6379',
    MAIL_FROM: `Vital 'n' Logistics <portal@example.com>`,
  };
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'portal-env-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is what the launcher left, to the letter, without anything else of its environment', () => {
    writePortalEnv(folder, { ...kept, HOME: '/home/somebody', PASSWORD: 'x' });
    expect(cliEnvironment({}, folder)).toEqual(kept);
    expect(cliEnvironment({ DATA_DIR: folder })).toMatchObject(kept);
  });

  it('lets a set variable win', () => {
    writePortalEnv(folder, kept);
    expect(cliEnvironment({ MAIL_FROM: 'me@example.com', ADMIN_EMAIL: '' }, folder)).toEqual({
      ...kept,
      MAIL_FROM: 'me@example.com',
    });
  });

  it('never mixes two installations', () => {
    writePortalEnv(folder, kept);
    expect(() => cliEnvironment({ DATABASE_URL: 'postgres://production/portal' }, folder)).toThrow(
      /DATABASE_URL is set/,
    );
    const other = { EVENTSTORE_URL: 'esdb://p', DATABASE_URL: 'postgres://p', REDIS_URL: 'redis://p' };
    expect(cliEnvironment(other, folder)).toEqual(other);
  });

  it('is the environment itself where no launcher has been', () => {
    expect(cliEnvironment({ PORT: '1' }, path.join(folder, 'none'))).toEqual({ PORT: '1' });
  });
});
