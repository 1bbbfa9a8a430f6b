import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { textOf } from '#lib/byte-text.ts';
import { folderOf } from './copy.ts';
import type { FileInfo, WriteOptions } from './host.ts';
import { localPath } from './local-path.ts';

/** Through a temporary file beside the target: complete, with mode and owner set, on disk, then renamed over it. */
export async function writeAtomically(path: string, data: Uint8Array, { mode, uid, gid }: WriteOptions): Promise<void> {
  const temporary = localPath(`${folderOf(path)}/.muster-${randomBytes(6).toString('hex')}`);
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
    await rename(temporary, localPath(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(folderOf(path));
}

/** Also its parents; an existing directory gets the mode too, so that a private one is private. */
export async function makeDirectoryOf(path: string, mode: number): Promise<void> {
  await mkdir(localPath(path), { recursive: true, mode });
  await chmod(localPath(path), mode);
}

export async function listOf(path: string): Promise<string[]> {
  const names = await readdir(localPath(path), { encoding: 'buffer' });
  return names.sort((one, other) => Buffer.compare(one, other)).map(textOf);
}

export async function infoOf(path: string): Promise<FileInfo | null> {
  try {
    const found = await lstat(localPath(path));
    const { uid, gid, size } = found;
    return { kind: kindOf(found), mode: found.mode & 0o7777, uid, gid, sizeBytes: size };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

function kindOf(found: Stats): FileInfo['kind'] {
  if (found.isFile()) return 'file';
  if (found.isDirectory()) return 'directory';
  if (found.isSymbolicLink()) return 'link';
  return found.isSocket() ? 'socket' : 'other';
}

/** The rename itself is durable only once the directory is. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(localPath(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
