// Files that readers see whole: the old one or the new one, also after a crash.

import { randomBytes } from 'node:crypto';
import { link, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

export type FileOptions = { readonly mode: number };

/** Replaces the file, or makes it. */
export async function replaceFile(path: string, data: string | Uint8Array, options: FileOptions): Promise<void> {
  const temporary = await writeBeside(path, data, options);
  try {
    await rename(temporary, path);
  } catch (cause) {
    await unlink(temporary);
    throw cause;
  }
  await syncDirectory(dirname(path));
}

/** Makes the file; false when there is one already, which then stays as it is. */
export async function createFile(path: string, data: string | Uint8Array, options: FileOptions): Promise<boolean> {
  const temporary = await writeBeside(path, data, options);
  try {
    // link(2) is the atomic "only if absent" that rename(2) is not.
    await link(temporary, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  } finally {
    await unlink(temporary);
  }
  await syncDirectory(dirname(path));
  return true;
}

/** Fully on disk under another name in the same directory. Leaves nothing behind when it fails. */
async function writeBeside(path: string, data: string | Uint8Array, { mode }: FileOptions): Promise<string> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const file = await open(temporary, 'wx', mode);
  try {
    await file.writeFile(data);
    await file.sync();
    await file.close();
  } catch (cause) {
    await file.close().catch(() => undefined);
    await unlink(temporary);
    throw cause;
  }
  return temporary;
}

/** A new name is only durable once its directory is. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
