import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PartContext } from '../../../embedded/stack/part.js';
import { unpackFromDistribution } from '../../../embedded/stack/parts/distribution-package.js';

/** Stands for a machine that has the tools installed: only the server is missing. */
const aptGet = `#!/bin/sh
case "$*" in
  *--simulate*) echo 'Inst redis-server (5:7.0.15 Debian [amd64])' ;;
  *download*) seen=; for word; do
    if [ "$seen" ]; then : > "$word.deb"; elif [ "$word" = download ]; then seen=yes; fi
  done ;;
esac
`;
/** Unpacks a program of the package's name. */
const dpkgDeb = `#!/bin/sh
mkdir -p "$3/usr/bin" && : > "$3/usr/bin/$(basename "$2" .deb)"
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'portal-package-'));
  for (const [name, text] of [
    ['apt-get', aptGet],
    ['dpkg-deb', dpkgDeb],
  ] as const) {
    writeFileSync(path.join(folder, name), text);
    chmodSync(path.join(folder, name), 0o755);
  }
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('a server unpacked from the distribution', () => {
  it('comes with the package its program lies in, though the machine has that one installed', async () => {
    const context = { working: () => {}, stopping: new AbortController().signal } as unknown as PartContext;
    const target = path.join(folder, 'cache', 'redis');
    expect(await unpackFromDistribution([['redis-server', 'redis-tools']], target, context)).toBeUndefined();
    expect(readdirSync(path.join(target, 'usr', 'bin')).sort()).toEqual(['redis-server', 'redis-tools']);
  });
});
