// A lock that dies with its holder. Node has no flock(2); SQLite takes kernel locks on its file, which the kernel frees however the process ends.

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

export type FileLock = { release(): void };

/**
 * Takes the lock if nobody has it; null otherwise. Nothing else may open `path`: closing any other descriptor of the
 * file would free the kernel's lock (fcntl(2), "record locks").
 */
export async function tryLock(path: string): Promise<FileLock | null> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // Nothing is ever written, so a journal is for nothing; where the disk is full there is no room for one either.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    if (isBusy(cause)) return null;
    throw cause;
  }
  return { release: () => database.close() };
}

function isBusy(cause: unknown): boolean {
  const sqliteBusy = 5;
  return cause instanceof Error && (cause as Error & { readonly errcode?: number }).errcode === sqliteBusy;
}
