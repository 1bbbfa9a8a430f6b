// The files to sync as entries of an archive, at their places in the replica.

import type { Stats } from 'node:fs';
import { type FileHandle, lstat, open, readlink } from 'node:fs/promises';
import type { ContextEntry } from '#image/context-entries.ts';
import { MusterError } from '#lib/errors.ts';
import type { FileSync } from './decide.ts';

/** With owner, mode and time as they are here. What has gone meanwhile, a socket or a device is left out. */
export async function* syncEntries(files: readonly FileSync[]): AsyncGenerator<ContextEntry> {
  for (const { path, target, isGone } of files) {
    const stats = isGone ? null : await unlessGone(() => lstat(path));
    const entry = stats === null ? null : await entryOf(path, target.slice(1), stats);
    if (entry !== null) yield entry;
  }
}

/** An archive has no entry for its own root. */
async function entryOf(path: string, target: string, stats: Stats): Promise<ContextEntry | null> {
  if (target === '') return null;
  const known = {
    path: target,
    mode: stats.mode & 0o7777,
    mtimeMs: stats.mtimeMs,
    size: 0,
    linkTarget: '',
    owner: { uid: stats.uid, gid: stats.gid },
    content: nothing,
  };
  if (stats.isDirectory()) return { ...known, kind: 'directory' };
  if (stats.isSymbolicLink()) {
    const linkTarget = await unlessGone(() => readlink(path));
    return linkTarget === null ? null : { ...known, kind: 'symlink', mode: 0o777, linkTarget };
  }
  if (!stats.isFile()) return null;
  return fileEntry(path, known);
}

/** As large as it is once it is open: who saves just now may have cut it since. */
async function fileEntry(path: string, known: Omit<ContextEntry, 'kind'>): Promise<ContextEntry | null> {
  const file = await unlessGone(() => open(path));
  if (file === null) return null;
  try {
    const { size } = await file.stat();
    // A small one is read at once, so that its size is right whatever happens to it.
    if (size > smallBytes) return { ...known, kind: 'file', size, content: () => contentOf(path, size) };
    const bytes = await file.readFile();
    return { ...known, kind: 'file', size: bytes.length, content: () => only(bytes) };
  } finally {
    await file.close();
  }
}

const smallBytes = 4 * 1024 * 1024;

async function* contentOf(path: string, size: number): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    yield* exactly(file, path, size);
  } finally {
    await file.close();
  }
}

async function* exactly(file: FileHandle, path: string, size: number): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < size;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(Math.min(256 * 1024, size - sent)));
    if (bytesRead === 0)
      throw new MusterError('SYNC_FAILED', `${path} became shorter while it was being sent`, {
        hint: 'it is sent again when it changes; name it under develop.watch.ignore if the service does not need it',
      });
    sent += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield await Promise.resolve(bytes);
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function unlessGone<Value>(read: () => Promise<Value>): Promise<Value | null> {
  try {
    return await read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EINVAL' || code === 'ELOOP') return null;
    throw new MusterError('SYNC_FAILED', `can't be read: ${(error as Error).message}`, {
      hint: 'make it readable, or name it under develop.watch.ignore',
      cause: error,
    });
  }
}
