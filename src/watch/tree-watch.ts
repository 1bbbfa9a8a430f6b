// What changes below some paths, gathered until it is quiet for a moment: a checkout of a thousand files is one batch.

import { type FSWatcher, lstatSync, readdirSync, watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { MusterError } from '#lib/errors.ts';
import type { FileChange } from './decide.ts';
import { isAtOrBelow } from './rule.ts';

export type TreeWatchOptions = {
  /** Absolute; files, folders, or not there yet. */
  readonly paths: readonly string[];
  /** Folders below that nobody asks for are not looked into. */
  readonly mayHold: (folder: string) => boolean;
  /** Something can't be watched: the rest is. */
  readonly onTrouble: (text: string) => void;
  readonly quietMs?: number;
  /** Where it is never quiet, a batch comes after that long. */
  readonly patienceMs?: number;
  /** More at once may be more than the kernel keeps for us (fs.inotify.max_queued_events), which does not say so: then all is looked at again. */
  readonly maxEvents?: number;
};

type Kind = 'folder' | 'file';

type Folder = { readonly watcher: FSWatcher; readonly names: Map<string, Kind> };

/**
 * Every folder has a watch of its own, which is all that the kernel offers; what appears is looked through at once, for it may have been filled
 * before its watch was there. Of each path that does not exist yet the nearest folder above is watched.
 */
export class TreeWatch {
  readonly #options: Required<TreeWatchOptions>;
  readonly #folders = new Map<string, Folder>();
  /** Above the paths: the first folder that exists. */
  readonly #guards = new Map<string, FSWatcher>();
  readonly #roots: readonly string[];
  readonly #kindOfRoot = new Map<string, Kind | null>();
  /** Whether the path was there before the batch. */
  readonly #touched = new Map<string, boolean>();
  #quiet: NodeJS.Timeout | null = null;
  #firstAt: number | null = null;
  #isDue = false;
  #events = 0;
  #wake: () => void = () => {};
  #failure: { readonly cause: unknown } | null = null;

  constructor(options: TreeWatchOptions) {
    this.#options = { quietMs: 200, patienceMs: 5000, maxEvents: 8000, ...options };
    const paths = [...new Set(options.paths)].sort();
    this.#roots = paths.filter((path) => !paths.some((other) => other !== path && isAtOrBelow(other, path)));
  }

  /** From then on nothing is missed. Rejects with WATCH_LIMIT when the system has no watches left. */
  open(): void {
    for (const root of this.#roots) this.#openRoot(root);
    if (this.#failure !== null) throw this.#failure.cause;
  }

  /** Everything that is there now and may matter: files, folders, links. */
  *present(): Generator<string> {
    for (const root of this.#roots) {
      if (this.#folders.has(root)) yield* this.#below(root);
      else if (kindOf(root) === 'file') yield root;
    }
  }

  /** Ends when the signal fires. */
  async *batches(signal: AbortSignal): AsyncGenerator<readonly FileChange[], void> {
    const stop = (): void => this.#wake();
    signal.addEventListener('abort', stop);
    try {
      while (!signal.aborted) {
        if (this.#failure !== null) throw this.#failure.cause;
        if (this.#isDue) {
          const batch = this.#take();
          if (batch.length > 0) yield batch;
        } else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  close(): void {
    if (this.#quiet !== null) clearTimeout(this.#quiet);
    for (const { watcher } of this.#folders.values()) watcher.close();
    for (const guard of this.#guards.values()) guard.close();
    this.#folders.clear();
    this.#guards.clear();
  }

  #openRoot(root: string): void {
    this.#guard(root);
    const kind = kindOf(root);
    this.#kindOfRoot.set(root, kind);
    if (kind === 'folder') this.#enter(root);
  }

  /** Tells when the root itself comes, goes, or is another one. */
  #guard(root: string): void {
    this.#guards.get(root)?.close();
    this.#guards.delete(root);
    const folder = nearestFolder(root);
    if (folder === null) return;
    const next = root.slice(folder === '/' ? 1 : folder.length + 1).split('/')[0];
    const guard = this.#watch(folder, (event, name) => {
      this.#events++;
      if (event === 'change' && name === next && this.#kindOfRoot.get(root) === 'file') this.#touch(root, true);
      // The folder tells of its own end by its own name.
      else if (event === 'rename' && (name === null || name === next || name === basename(folder))) this.#lookAgain(root);
    });
    if (guard === null) return;
    this.#guards.set(root, guard);
    // A part of the way to it came, or the folder went, before the watch was there.
    if (nearestFolder(root) !== folder) this.#guard(root);
  }

  #lookAgain(root: string): void {
    const before = this.#kindOfRoot.get(root) ?? null;
    this.#leave(root);
    this.#guard(root);
    const kind = kindOf(root);
    this.#kindOfRoot.set(root, kind);
    if (kind === 'folder') this.#enter(root, true);
    // Of a folder that is gone what was in it is told, but not itself: in the replica there may be more in its place.
    if (kind === 'file' || before === 'file') this.#touch(root, before !== null);
  }

  #enter(path: string, isNew = false): void {
    if (this.#folders.has(path)) return;
    const watcher = this.#watch(path, (event, name) => this.#heard(path, event, name));
    if (watcher === null) return;
    const folder: Folder = { watcher, names: new Map() };
    this.#folders.set(path, folder);
    for (const name of namesIn(path)) this.#found(path, folder, name, isNew);
  }

  #found(path: string, folder: Folder, name: string, isNew: boolean): void {
    const child = join(path, name);
    const kind = kindOf(child);
    const wasThere = folder.names.has(name);
    if (kind === null) return;
    folder.names.set(name, kind);
    if (isNew) this.#touch(child, wasThere);
    if (kind === 'folder' && this.#options.mayHold(child)) this.#enter(child, isNew);
  }

  #heard(path: string, event: string, name: string | null): void {
    const folder = this.#folders.get(path);
    if (folder === undefined) return;
    this.#events++;
    if (name === null) {
      for (const each of new Set([...folder.names.keys(), ...namesIn(path)])) this.#heard(path, 'rename', each);
      return;
    }
    const child = join(path, name);
    const kind = kindOf(child);
    if (event === 'change' && kind !== null && folder.names.get(name) === kind) return this.#touch(child, true);
    // Another one of that name may be there by now: what was known of it goes.
    if (folder.names.get(name) === 'folder') this.#leave(child);
    if (kind !== null) return this.#found(path, folder, name, true);
    this.#touch(child, folder.names.has(name));
    folder.names.delete(name);
  }

  /** What was below is gone, or is found again. */
  #leave(path: string): void {
    const folder = this.#folders.get(path);
    if (folder === undefined) return;
    folder.watcher.close();
    for (const [name, kind] of folder.names) {
      const child = join(path, name);
      if (kind === 'folder') this.#leave(child);
      this.#touch(child, true);
    }
    this.#folders.delete(path);
  }

  *#below(path: string): Generator<string> {
    for (const [name, kind] of this.#folders.get(path)?.names ?? []) {
      const child = join(path, name);
      yield child;
      if (kind === 'folder') yield* this.#below(child);
    }
  }

  #touch(path: string, wasThere: boolean): void {
    if (!this.#touched.has(path)) this.#touched.set(path, wasThere);
    const now = performance.now();
    this.#firstAt ??= now;
    const { quietMs, patienceMs } = this.#options;
    const waitMs = Math.max(0, Math.min(quietMs, this.#firstAt + patienceMs - now));
    // Who was busy meanwhile does not take half of what is going on.
    this.#isDue = false;
    if (this.#quiet !== null) clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      this.#isDue = true;
      this.#wake();
    }, waitMs);
  }

  #take(): FileChange[] {
    if (this.#events > this.#options.maxEvents) for (const root of this.#roots) this.#lookAgain(root);
    this.#events = 0;
    const touched = [...this.#touched];
    this.#touched.clear();
    this.#firstAt = null;
    this.#isDue = false;
    if (this.#quiet !== null) clearTimeout(this.#quiet);
    return touched.flatMap(([path, wasThere]) => {
      const isGone = kindOf(path) === null;
      // It came and went: an editor's draft.
      return isGone && !wasThere ? [] : [{ path, isGone }];
    });
  }

  #watch(path: string, heard: (event: string, name: string | null) => void): FSWatcher | null {
    try {
      const watcher = watch(path, (event, name) => heard(event, name));
      // The folder went away: the one above tells.
      watcher.on('error', () => {});
      return watcher;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOSPC' || code === 'EMFILE') this.#fail(noWatchesLeft(path, code, error));
      else if (code !== 'ENOENT' && code !== 'ENOTDIR')
        this.#options.onTrouble(`what changes in ${path} is not noticed: ${(error as Error).message}`);
      return null;
    }
  }

  #fail(cause: MusterError): void {
    this.#failure ??= { cause };
    this.#wake();
  }
}

function noWatchesLeft(path: string, code: string, cause: unknown): MusterError {
  const setting = code === 'ENOSPC' ? 'fs.inotify.max_user_watches' : 'fs.inotify.max_user_instances';
  return new MusterError('WATCH_LIMIT', `the system has no watch left for ${path}`, {
    hint: `allow more (sudo sysctl ${setting}=524288), or name large folders under develop.watch.ignore`,
    cause,
  });
}

/** A link is a file, wherever it points. */
function kindOf(path: string): Kind | null {
  try {
    return lstatSync(path).isDirectory() ? 'folder' : 'file';
  } catch {
    return null;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // It is gone, or can't be read; its watch has told of the latter.
    return [];
  }
}

/** The first folder above that exists. */
function nearestFolder(path: string): string | null {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (kindOf(folder) === 'folder') return folder;
    if (folder === dirname(folder)) return null;
  }
}
