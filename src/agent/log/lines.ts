// Chunks of a replica's log as lines in one order.

import { closeSync, openSync, readSync } from 'node:fs';
import { timeAt } from './chunks.ts';
import type { Chunk, Origin } from './chunks.ts';
import type { LogPlaces } from './log.ts';

export type Line = { readonly stream: 'stdout' | 'stderr'; readonly time: string; readonly text: string };

/** A line without an end is cut here: it must fit into memory many times. */
const longestLine = 256 * 1024;
const lineEnd = 10;

/** Reads chunk after chunk, forwards. Synchronous: the files are on this machine, and mostly in its memory. */
export class LineReader {
  readonly #out: LineFile;
  readonly #err: LineFile;

  /** `from`: the first chunk that will be asked for; what began before it is read along. */
  constructor(places: LogPlaces, from: Pick<Chunk, 'outStart' | 'errStart'>, origin: Origin) {
    this.#out = new LineFile(places.stdout, from.outStart, origin.out);
    this.#err = new LineFile(places.stderr, from.errStart, origin.err);
  }

  *read(chunk: Chunk): Generator<Line> {
    const outLength = chunk.outEnd - chunk.outStart;
    for (const { text, end } of this.#out.linesTo(chunk.outEnd)) {
      yield { stream: 'stdout', time: timeAt(chunk, end - chunk.outStart), text };
    }
    for (const { text, end } of this.#err.linesTo(chunk.errEnd)) {
      yield { stream: 'stderr', time: timeAt(chunk, outLength + end - chunk.errStart), text };
    }
  }

  close(): void {
    this.#out.close();
    this.#err.close();
  }
}

class LineFile {
  readonly #file: number;
  #at: number;
  /** What comes first is the rest of a line whose beginning was given back to the disk: it is left out. */
  #isRest: boolean;
  /** What was read of a line that has not ended. */
  #begun: Buffer[] = [];
  #begunLength = 0;

  constructor(path: string, from: number, origin: number) {
    this.#file = openLog(path);
    this.#at = startOfLine(this.#file, from, origin);
    this.#isRest = this.#at === origin && origin > 0;
  }

  /** `end`: place of its last byte in the file. */
  *linesTo(end: number): Generator<{ readonly text: string; readonly end: number }> {
    while (this.#at < end) {
      const part = readPart(this.#file, this.#at, Math.min(longestLine, end - this.#at));
      if (part.length === 0) return;
      let from = 0;
      for (let to = part.indexOf(lineEnd); to !== -1; to = part.indexOf(lineEnd, from)) {
        const text = this.#finish(part.subarray(from, to));
        if (!this.#isRest) yield { text, end: this.#at + to };
        this.#isRest = false;
        from = to + 1;
      }
      this.#at += part.length;
      if (from === part.length) continue;
      this.#begun.push(part.subarray(from));
      this.#begunLength += part.length - from;
      if (this.#begunLength >= longestLine) yield { text: this.#finish(Buffer.alloc(0)), end: this.#at - 1 };
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  #finish(last: Buffer): string {
    const whole = this.#begun.length === 0 ? last : Buffer.concat([...this.#begun, last]);
    this.#begun = [];
    this.#begunLength = 0;
    // A terminal ends its lines with both.
    return whole.toString('utf8', 0, whole.at(-1) === 13 ? whole.length - 1 : whole.length);
  }
}

/** A tee makes it when the first run begins; who comes before that makes it. */
export function openLog(path: string): number {
  return openSync(path, 'a+', 0o600);
}

function startOfLine(file: number, from: number, origin: number): number {
  for (let to = from; to > origin;) {
    const start = Math.max(origin, to - 64 * 1024);
    const found = readPart(file, start, to - start).lastIndexOf(lineEnd);
    if (found !== -1) return start + found + 1;
    to = start;
  }
  return origin;
}

export function readPart(file: number, at: number, length: number): Buffer {
  const part = Buffer.allocUnsafe(length);
  return part.subarray(0, readSync(file, part, 0, length, at));
}

/** Index of the chunk in which the last `count` lines begin, counted over both outputs. */
export function chunkOfLastLines(places: LogPlaces, chunks: readonly Chunk[], count: number): number {
  const [out, err] = [openLog(places.stdout), openLog(places.stderr)];
  try {
    let found = 0;
    for (let index = chunks.length - 1; index >= 0; index--) {
      // Of the list, below its length.
      const { outStart, outEnd, errStart, errEnd } = chunks[index] as Chunk;
      found += lineEnds(out, outStart, outEnd) + lineEnds(err, errStart, errEnd);
      if (found >= count) return index;
    }
    return 0;
  } finally {
    closeSync(out);
    closeSync(err);
  }
}

function lineEnds(file: number, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end;) {
    const part = readPart(file, at, Math.min(longestLine, end - at));
    if (part.length === 0) break;
    for (let to = part.indexOf(lineEnd); to !== -1; to = part.indexOf(lineEnd, to + 1)) count += 1;
    at += part.length;
  }
  return count;
}
