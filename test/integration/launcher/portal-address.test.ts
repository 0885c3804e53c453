import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { choosePortalAddress } from '../../../embedded/stack/portal-address.js';
import { openPorts, type Ports } from '../../../embedded/stack/ports.js';

describe('the portal’s address', () => {
  let dataDir: string;
  let ports: Ports | undefined;
  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'portal-address-'));
  });
  afterEach(async () => {
    ports?.release();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** As at a start that follows on the end of the one before. */
  const choose = (env: NodeJS.ProcessEnv, mode: 'usual' | 'free' = 'usual') => {
    ports?.release();
    ports = openPorts(dataDir, mode);
    return choosePortalAddress(env, ports, mode, false);
  };

  it('is port 3001 on the loopback address when nothing is set', async () => {
    expect(await choose({})).toEqual({ host: '127.0.0.1', port: 3001, url: 'http://127.0.0.1:3001' });
  });

  it('gets a free port for PORT=0, and the same one at the next start', async () => {
    const first = await choose({ PORT: '0' });
    expect(first.port).toBeGreaterThan(1023);
    expect(await choose({ PORT: '0' })).toEqual(first);
  });

  it('is no port that another launcher has chosen, whether or not it is in use by now', async () => {
    const first = await choose({ PORT: '0' });
    const other = openPorts(dataDir, 'free');
    expect(await other.choose('portal')).not.toBe(first.port);
    other.release();
  });

  it('can be reached by loopback when it listens on every address', async () => {
    expect((await choose({ HOST: '0.0.0.0', PORT: '4000' })).url).toBe('http://127.0.0.1:4000');
    expect((await choose({ HOST: '::', PORT: '4000' })).url).toBe('http://[::1]:4000');
  });

  it('is refused when PORT is no port number', async () => {
    await expect(choose({ PORT: 'web' })).rejects.toThrow('PORT=web is not a port number');
    await expect(choose({ PORT: '70000' })).rejects.toThrow('PORT=70000');
  });
});
