// What of a directory goes into a build context, in a stable order.

import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '#lib/errors.ts';
import type { IgnoreRules } from './ignore-rules.ts';

export type ContextEntry = {
  /** Below the root, with `/` between its parts and none at the end. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'symlink';
  /** Permissions, setuid, setgid and sticky bits. */
  readonly mode: number;
  /** Unix milliseconds, as exact as the file system tells. */
  readonly mtimeMs: number;
  /** 0 unless it is a file. */
  readonly size: number;
  /** '' unless it is a link. */
  readonly linkTarget: string;
  /** root unless given. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Exactly `size` bytes, read when asked for. */
  readonly content: () => AsyncIterable<Uint8Array>;
};

export type ContextSelection = {
  readonly root: string;
  readonly rules: IgnoreRules;
  /** Paths below the root that go along whatever the rules say: the Dockerfile and .dockerignore. */
  readonly always: ReadonlySet<string>;
  /** False: neither this path nor anything below it is wanted. */
  readonly mayHold?: (path: string) => boolean;
};

/** Sockets, devices and pipes are left out; so is what vanishes while we look. */
export async function* contextEntries(selection: ContextSelection): AsyncGenerator<ContextEntry> {
  yield* entriesOf('', selection, []);
}

/** `held`: ignored directories on the way here, sent only once something below them is. */
async function* entriesOf(directory: string, selection: ContextSelection, held: ContextEntry[]): AsyncGenerator<ContextEntry> {
  for (const name of byBytes(await readdir(join(selection.root, directory)))) {
    const path = directory === '' ? name : `${directory}/${name}`;
    if (selection.mayHold?.(path) === false) continue;
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
  const known = { path, mode: stats.mode & 0o7777, mtimeMs: stats.mtimeMs };
  if (stats.isSymbolicLink()) {
    const linkTarget = await readlink(join(root, path));
    return { ...known, kind: 'symlink', mode: 0o777, size: 0, linkTarget, content: noContent };
  }
  if (!stats.isFile()) return null;
  const content = (): AsyncIterable<Uint8Array> => contentOf(join(root, path), stats.size);
  return { ...known, kind: 'file', size: stats.size, linkTarget: '', content };
}

const directoryEntry = (path: string, stats: Stats): ContextEntry => ({
  path,
  kind: 'directory',
  mode: stats.mode & 0o7777,
  mtimeMs: stats.mtimeMs,
  size: 0,
  linkTarget: '',
  content: noContent,
});

/** A file that is on no disk, with a name and a time that never change. */
export function textEntry(path: string, text: string): ContextEntry {
  const bytes = Buffer.from(text);
  const content = async function* (): AsyncGenerator<Uint8Array> {
    if (bytes.length > 0) yield await Promise.resolve(bytes);
  };
  return { path, kind: 'file', mode: 0o644, mtimeMs: 0, size: bytes.length, linkTarget: '', content };
}

async function* noContent(): AsyncGenerator<Uint8Array> {}

/** As BuildKit sorts, and stable whatever the language is. */
function byBytes(names: readonly string[]): string[] {
  return names
    .map((name) => ({ name, bytes: Buffer.from(name) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ name }) => name);
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
