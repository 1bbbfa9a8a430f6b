// The log of one replica: two files that tees append to, and when each of their bytes came, as far as looking at their sizes tells.
// It looks when the kernel says that something was written; under a flood it looks by the clock, because being told of
// every write would cost more than the writes.

import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  watch,
  writeFileSync,
  writeSync,
} from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { decodeLog, encodeChunk, encodeOrigin } from './chunks.ts';
import type { Chunk, Origin } from './chunks.ts';

export type LogPlaces = { readonly stdout: string; readonly stderr: string; readonly times: string; readonly folder: string };

export function logPlaces(folder: string): LogPlaces {
  return { folder, stdout: join(folder, 'stdout'), stderr: join(folder, 'stderr'), times: join(folder, 'times') };
}

/** Told of every chunk, and of the end of a run. */
export type LogFollower = {
  readonly grew: (chunk: Chunk) => void;
  /** All that the run said has been told; a line end that it left out follows, for those who read lines. */
  readonly drained?: () => void;
  readonly ended: () => void;
};

export type LogOptions = {
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly onTrouble: (cause: unknown) => void;
  readonly onGrew: () => void;
};

const lineEnd = 10;
const floodPauseMs = 25;
const quietLooks = 8;

export class ReplicaLog {
  readonly places: LogPlaces;
  readonly #now: () => number;
  readonly #onTrouble: (cause: unknown) => void;
  readonly #onGrew: () => void;
  readonly #followers = new Set<LogFollower>();
  #origin: Origin = { timeMs: 0, out: 0, err: 0 };
  #last: { endMs: number; out: number; err: number } = { endMs: 0, out: 0, err: 0 };
  #times: number | null = null;
  #watcher: FSWatcher | null = null;
  #timer: NodeJS.Timeout | null = null;
  #looksWithoutNews = 0;
  #isOpen = false;

  constructor(replicaFolder: string, options: LogOptions) {
    this.places = logPlaces(replicaFolder);
    this.#now = options.now;
    this.#onTrouble = options.onTrouble;
    this.#onGrew = options.onGrew;
  }

  /** Something writes, or may: from the start of a run until its outputs have ended. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  get origin(): Origin {
    return this.#origin;
  }

  /** Where the files end, as last seen. */
  get end(): { readonly out: number; readonly err: number } {
    return this.#last;
  }

  /** What an agent before this one has left. What came while there was none has the files' own time as its end. */
  load(): void {
    const known = decodeLog(this.#readTimes());
    if (known !== null) {
      const last = known.chunks.at(-1);
      this.#origin = known.origin;
      this.#last = {
        endMs: last?.endMs ?? known.origin.timeMs,
        out: last?.outEnd ?? known.origin.out,
        err: last?.errEnd ?? known.origin.err,
      };
    }
    const [out, err] = [statOf(this.places.stdout), statOf(this.places.stderr)];
    if (out.size > this.#last.out || err.size > this.#last.err)
      this.#look({ endMs: Math.max(out.mtimeMs, err.mtimeMs), isGap: true });
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#watch();
    this.look();
  }

  /** The run's outputs have ended. What has no line end gets one: the next run's first line is not its rest. */
  close(): void {
    if (!this.#isOpen) return;
    this.look();
    this.#isOpen = false;
    this.#unwatch();
    for (const follower of this.#followers) follower.drained?.();
    this.#endLine(this.places.stdout, this.#last.out);
    this.#endLine(this.places.stderr, this.#last.err);
    this.look();
    for (const follower of this.#followers) follower.ended();
    this.#closeTimes();
  }

  /** Looks now, e.g. because somebody wants to read. */
  look(): void {
    this.#look({ endMs: this.#now(), isGap: false });
  }

  /** All chunks until now, and those to come. */
  follow(follower: LogFollower): { readonly origin: Origin; readonly chunks: readonly Chunk[]; stop(): void } {
    this.look();
    this.#followers.add(follower);
    const known = decodeLog(this.#readTimes());
    return {
      origin: known?.origin ?? this.#origin,
      chunks: known?.chunks ?? [],
      stop: () => void this.#followers.delete(follower),
    };
  }

  /** Forgets what is before these places. The caller gives the bytes back to the disk. */
  cut(out: number, err: number): void {
    const known = decodeLog(this.#readTimes());
    if (known === null) return;
    const kept = known.chunks.filter((chunk) => chunk.outEnd > out || chunk.errEnd > err);
    const first = kept[0];
    const origin: Origin = { timeMs: first?.startMs ?? this.#last.endMs, out, err };
    const parts = [encodeOrigin(origin)];
    let endMs = origin.timeMs;
    for (const chunk of kept) {
      const [outStart, errStart] = [Math.max(chunk.outStart, out), Math.max(chunk.errStart, err)];
      const rest = { outStart, outEnd: Math.max(chunk.outEnd, outStart), errStart, errEnd: Math.max(chunk.errEnd, errStart) };
      parts.push(encodeChunk({ ...chunk, ...rest }, { endMs }));
      endMs = chunk.endMs;
    }
    this.#closeTimes();
    writeFileSync(`${this.places.times}.new`, Buffer.concat(parts), { mode: 0o600 });
    renameSync(`${this.places.times}.new`, this.places.times);
    this.#origin = origin;
  }

  /** For good; what is told afterwards is nobody's. */
  dispose(): void {
    this.#isOpen = false;
    this.#unwatch();
    this.#closeTimes();
    for (const follower of this.#followers) follower.ended();
    this.#followers.clear();
  }

  #look({ endMs, isGap }: { readonly endMs: number; readonly isGap: boolean }): boolean {
    try {
      const [out, err] = [statOf(this.places.stdout).size, statOf(this.places.stderr).size];
      if (out < this.#last.out || err < this.#last.err) this.#setOrigin({ timeMs: this.#last.endMs, out: 0, err: 0 });
      if (out === this.#last.out && err === this.#last.err) return false;
      this.#record(out, err, endMs, isGap);
      return true;
    } catch (error) {
      this.#onTrouble(error);
      return false;
    }
  }

  #record(out: number, err: number, at: number, isGap: boolean): void {
    const before = this.#last;
    // Times only go up, by a millisecond at least, whatever the clock does.
    const end = Math.max(Math.floor(at), before.endMs + 1);
    const isByClock = isGap || (this.#watcher === null && this.#timer !== null);
    const start = isByClock ? Math.max(before.endMs, isGap ? 0 : end - 2 * floodPauseMs) : end - 1;
    const chunk: Chunk = { startMs: start, endMs: end, outStart: before.out, outEnd: out, errStart: before.err, errEnd: err };
    if (before.endMs === 0) this.#setOrigin({ timeMs: start, out: 0, err: 0 });
    this.#times ??= openSync(this.places.times, 'a', 0o600);
    writeSync(this.#times, encodeChunk(chunk, this.#last));
    this.#last = { endMs: end, out, err };
    for (const follower of this.#followers) follower.grew(chunk);
    this.#onGrew();
  }

  #setOrigin(origin: Origin): void {
    this.#closeTimes();
    writeFileSync(this.places.times, encodeOrigin(origin), { mode: 0o600 });
    this.#origin = origin;
    this.#last = { endMs: origin.timeMs, out: origin.out, err: origin.err };
  }

  #watch(): void {
    try {
      this.#watcher = watch(this.places.folder, { persistent: false }, (_event, name) => {
        if (name === 'stdout' || name === 'stderr') this.#told();
      });
      this.#watcher.on('error', () => this.#lookByClock());
    } catch {
      // No watch to be had (fs.inotify.max_user_watches): the clock will do.
      this.#lookByClock();
    }
  }

  /** The first news is looked at at once; more of it within the pause makes it a flood. */
  #told(): void {
    if (this.#watcher === null) return;
    const isFlood = this.#now() - this.#last.endMs < floodPauseMs;
    if (!isFlood) {
      this.look();
      return;
    }
    this.#lookByClock();
  }

  #lookByClock(): void {
    this.#watcher?.close();
    this.#watcher = null;
    this.#looksWithoutNews = 0;
    this.#timer ??= setInterval(() => {
      this.#looksWithoutNews = this.#look({ endMs: this.#now(), isGap: false }) ? 0 : this.#looksWithoutNews + 1;
      if (this.#looksWithoutNews < quietLooks) return;
      this.#unwatch();
      this.#watch();
      // What came between the last look and the watch.
      this.look();
    }, floodPauseMs);
    this.#timer.unref();
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = null;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #endLine(path: string, size: number): void {
    if (size === 0) return;
    try {
      const file = openSync(path, 'a+');
      try {
        const last = Buffer.alloc(1);
        readSync(file, last, 0, 1, size - 1);
        if (last[0] !== lineEnd) writeSync(file, '\n');
      } finally {
        closeSync(file);
      }
    } catch (error) {
      this.#onTrouble(error);
    }
  }

  #readTimes(): Buffer {
    // Made with the first bytes that come.
    return existsSync(this.places.times) ? readFileSync(this.places.times) : Buffer.alloc(0);
  }

  #closeTimes(): void {
    if (this.#times !== null) closeSync(this.#times);
    this.#times = null;
  }
}

/** The tees make the files when a run begins. */
function statOf(path: string): { readonly size: number; readonly mtimeMs: number } {
  return statSync(path, { throwIfNoEntry: false }) ?? { size: 0, mtimeMs: 0 };
}
