import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { WriteOptions } from './host.ts';

/** Through a temporary file beside the target: complete, with mode and owner set, on disk, then renamed over it. */
export async function writeAtomically(path: string, data: Uint8Array, { mode, uid, gid }: WriteOptions): Promise<void> {
  const temporary = join(dirname(path), `.muster-${randomBytes(6).toString('hex')}`);
  // Nobody else reads it before its owner is right; 'wx' follows no link that somebody put there.
  const file = await open(temporary, 'wx', 0o600);
  try {
    try {
      await file.writeFile(data);
      if (uid !== undefined || gid !== undefined)
        await file.chown(uid ?? process.getuid?.() ?? -1, gid ?? process.getgid?.() ?? -1);
      // After chown, which clears set-id bits; the umask has no say here.
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** Also its parents; an existing directory gets the mode too, so that a private one is private. */
export async function makeDirectoryOf(path: string, mode: number): Promise<void> {
  await mkdir(path, { recursive: true, mode });
  await chmod(path, mode);
}

/** The rename itself is durable only once the directory is. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
