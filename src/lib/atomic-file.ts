// Files that readers see whole: the old one or the new one, also after a crash. Synchronous, because they are small: starting node's thread
// pool for them takes longer than they do.

import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export type FileOptions = { readonly mode: number };

/** Replaces the file, or makes it. */
export function replaceFile(path: string, data: string | Uint8Array, options: FileOptions): void {
  const temporary = writeBeside(path, data, options);
  try {
    renameSync(temporary, path);
  } catch (cause) {
    unlinkSync(temporary);
    throw cause;
  }
  syncDirectory(dirname(path));
}

/** Makes the file; false when there is one already, which then stays as it is. */
export function createFile(path: string, data: string | Uint8Array, options: FileOptions): boolean {
  const temporary = writeBeside(path, data, options);
  try {
    // link(2) is the atomic "only if absent" that rename(2) is not.
    linkSync(temporary, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  } finally {
    unlinkSync(temporary);
  }
  syncDirectory(dirname(path));
  return true;
}

/** Fully on disk under another name in the same directory. Leaves nothing behind when it fails. */
function writeBeside(path: string, data: string | Uint8Array, { mode }: FileOptions): string {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const file = openSync(temporary, 'wx', mode);
  try {
    writeFileSync(file, data);
    fsyncSync(file);
  } catch (cause) {
    unlinkSync(temporary);
    throw cause;
  } finally {
    closeSync(file);
  }
  return temporary;
}

/** A new name is only durable once its directory is. */
function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
