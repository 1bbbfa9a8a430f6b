// What of a directory goes into a build context, in a stable order.

import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { TarHeader } from 'modern-tar';
import { MusterError } from '#lib/errors.ts';
import type { IgnoreRules } from './ignore-rules.ts';

/** Exactly `header.size` bytes come out of `body`. */
export type ContextEntry = { readonly header: TarHeader; readonly body: AsyncIterable<Uint8Array> | null };

export type ContextSelection = {
  readonly root: string;
  readonly rules: IgnoreRules;
  /** Paths below the root that go along whatever the rules say: the Dockerfile and .dockerignore. */
  readonly always: ReadonlySet<string>;
};

/** Sockets, devices and pipes are left out; so is what vanishes while we look. */
export async function* contextEntries(selection: ContextSelection): AsyncGenerator<ContextEntry> {
  yield* entriesOf('', selection, []);
}

/** `held`: ignored directories on the way here, sent only once something below them is. */
async function* entriesOf(directory: string, selection: ContextSelection, held: ContextEntry[]): AsyncGenerator<ContextEntry> {
  for (const name of (await readdir(join(selection.root, directory))).sort()) {
    const path = directory === '' ? name : `${directory}/${name}`;
    const stats = await statsOf(join(selection.root, path));
    if (stats === null) continue;
    const ignored = selection.rules.isIgnored(path) && !selection.always.has(path);

    if (stats.isDirectory()) {
      if (ignored && !mustEnter(path, selection)) continue;
      const below = ignored ? [...held, directoryEntry(path, stats)] : [];
      if (!ignored) yield* release(held, directoryEntry(path, stats));
      yield* entriesOf(path, selection, below);
      // What went along below has taken the directories above it along.
      if (ignored && below.length === 0) held.length = 0;
    } else if (!ignored) {
      const entry = await entryOf(path, stats, selection.root);
      if (entry !== null) yield* release(held, entry);
    }
  }
}

function* release(held: ContextEntry[], entry: ContextEntry): Generator<ContextEntry> {
  yield* held.splice(0);
  yield entry;
}

function mustEnter(path: string, { rules, always }: ContextSelection): boolean {
  return rules.mayReinclude(path) || [...always].some((wanted) => wanted.startsWith(`${path}/`));
}

async function statsOf(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unreadable(path, error as Error);
    if (path.includes('\uFFFD')) throw unreadable(path, new Error('its name is not UTF-8'));
    return null;
  }
}

async function entryOf(path: string, stats: Stats, root: string): Promise<ContextEntry | null> {
  if (stats.isSymbolicLink())
    return {
      header: { ...headerOf(path, stats), type: 'symlink', mode: 0o777, linkname: await readlink(join(root, path)) },
      body: null,
    };
  if (!stats.isFile()) return null;
  return { header: { ...headerOf(path, stats), size: stats.size, type: 'file' }, body: contentOf(join(root, path), stats.size) };
}

const directoryEntry = (path: string, stats: Stats): ContextEntry => ({
  header: { ...headerOf(`${path}/`, stats), type: 'directory' },
  body: null,
});

/** Owned by root, as Docker sends it: who builds must not change what is built. */
function headerOf(name: string, stats: Stats): TarHeader {
  return { name, size: 0, mode: stats.mode & 0o7777, mtime: new Date(Math.floor(stats.mtimeMs / 1000) * 1000), uid: 0, gid: 0 };
}

/** A file that grows meanwhile is cut where it ended; one that shrinks can't be sent any more. */
async function* contentOf(path: string, size: number): AsyncGenerator<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
    throw unreadable(path, error as Error);
  });
  try {
    let sent = 0;
    while (sent < size) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(Math.min(256 * 1024, size - sent)));
      if (bytesRead === 0)
        throw new MusterError('BUILD_INPUT', `${path} became shorter while it was being sent`, {
          hint: 'name it in .dockerignore if the build does not need it, or build when nobody writes to it',
        });
      sent += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

function unreadable(path: string, cause: Error): MusterError {
  return new MusterError('BUILD_INPUT', `can't read ${path} for the build context: ${cause.message}`, {
    hint: 'name it in .dockerignore if the build does not need it, or make it readable',
    cause,
  });
}
