import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../../commands/failures.js';
import type { Portal } from '../../compose.js';
import { failed, ok, type Verdict, warning } from './check.js';

/** What a process of the portal opens in its folder; see the logger. */
const logFiles = ['combined.log', 'error.log', 'exceptions.log'];

/** Types of file systems (statfs(2)) that let root in by their rights and still take no file: proc and sysfs. */
const unwritableSystems = [0x9fa0, 0x62656572];

/** Whether a process could write its log here, as the logger judges it, but without making anything. */
export async function logFolder({ config: { LOG_DIR: dir } }: Portal): Promise<Verdict> {
  if (dir === 'none') return ok('console only');
  const folder = path.resolve(dir);
  const nearest = nearestThere(folder);
  const fault =
    faultOf(nearest, 'folder') ??
    (nearest === folder ? logFiles.map((name) => faultOf(path.join(folder, name), 'file')).find(Boolean) : null);
  if (fault) {
    return failed(
      `LOG_DIR ${folder}: ${fault}`,
      'Set LOG_DIR to a folder the portal’s user may write, or to `none` for the console only: no process starts without.',
    );
  }
  if (isFull(nearest)) {
    return warning(
      `LOG_DIR ${folder}: its disk is full`,
      'Make room there: until then what is logged goes to the console only.',
    );
  }
  return ok(nearest === folder ? folder : `${folder}, to be made`);
}

/** A file system without blocks, as an overlay may be, does not tell. */
function isFull(place: string): boolean {
  const { blocks, bavail } = statfsSync(place);
  return blocks > 0 && bavail === 0;
}

/** The folder itself, or the one above it in which the portal would begin to make it. */
function nearestThere(folder: string): string {
  return existsSync(folder) ? folder : nearestThere(path.dirname(folder));
}

function faultOf(place: string, kind: 'folder' | 'file'): string | null {
  const found = statSync(place, { throwIfNoEntry: false });
  if (!found) return null;
  if (kind === 'folder' ? !found.isDirectory() : found.isDirectory()) return `${place} is not a ${kind}`;
  try {
    accessSync(place, kind === 'folder' ? constants.W_OK | constants.X_OK : constants.W_OK);
    return unwritableSystems.includes(statfsSync(place).type) ? `${place} takes no files` : null;
  } catch (error) {
    return messageOf(error);
  }
}
