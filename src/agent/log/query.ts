// `logs`: which lines, in batches, and those to come.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LogsQuery } from '#api/agent/contract.ts';
import { parseMoment } from '#lib/moment.ts';
import type { Chunk } from './chunks.ts';
import { LineReader, chunkOfLastLines } from './lines.ts';
import type { Line } from './lines.ts';
import type { ReplicaLog } from './log.ts';

const batchLines = 500;

/** Ends once what is there has been read; with `follow` once the run's outputs have ended. */
export async function* queryLog(log: ReplicaLog, query: LogsQuery, signal: AbortSignal): AsyncGenerator<readonly Line[]> {
  const [since, until] = [limitOf(query.since), limitOf(query.until)];
  const arrivals = new Arrivals(signal);
  const { origin, chunks, stop } = log.follow(arrivals);
  // A log that nobody writes to has no more to come.
  if (!query.follow || !log.isOpen) arrivals.ended();
  const first = firstChunk(log, chunks, { since, tail: query.tail });
  const from = chunks[first] ?? { outStart: chunks.at(-1)?.outEnd ?? origin.out, errStart: chunks.at(-1)?.errEnd ?? origin.err };
  const reader = new LineReader(log.places, from, origin);
  try {
    const isWanted = (line: Line): boolean => line.time >= since && (until === '' || line.time <= until);
    yield* there(reader, chunks.slice(first), { isWanted, tail: query.tail });
    for (;;) {
      const chunk = await arrivals.next();
      if (chunk === null) return;
      // Its reader was so slow that it is no longer kept.
      if (chunk.outEnd < log.origin.out || chunk.errEnd < log.origin.err) continue;
      yield* inBatches(reader.read(chunk), isWanted);
    }
  } finally {
    stop();
    reader.close();
  }
}

type Wanted = { readonly isWanted: (line: Line) => boolean; readonly tail: number | null };

async function* there(reader: LineReader, chunks: readonly Chunk[], { isWanted, tail }: Wanted): AsyncGenerator<readonly Line[]> {
  let last: Line[] = [];
  for (const chunk of chunks) {
    for (const batch of inBatches(reader.read(chunk), isWanted)) {
      if (tail === null) yield batch;
      else last.push(...batch);
    }
    if (tail !== null && last.length > 2 * tail) last = last.slice(-tail);
    await nextTurn();
  }
  if (tail !== null && tail > 0 && last.length > 0) yield last.slice(-tail);
}

function* inBatches(lines: Iterable<Line>, isWanted: (line: Line) => boolean): Generator<readonly Line[]> {
  let batch: Line[] = [];
  for (const line of lines) {
    if (!isWanted(line)) continue;
    batch.push(line);
    if (batch.length < batchLines) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

type From = { readonly since: string; readonly tail: number | null };

function firstChunk(log: ReplicaLog, chunks: readonly Chunk[], { since, tail }: From): number {
  const bySince = since === '' ? 0 : chunks.findIndex((chunk) => new Date(chunk.endMs).toISOString() >= since.slice(0, 23));
  const byTail = tail === null ? 0 : tail === 0 ? chunks.length : chunkOfLastLines(log.places, chunks, tail);
  return Math.max(bySince === -1 ? chunks.length : bySince, byTail);
}

/** As lines have their times, so that text compares as time does. */
function limitOf(text: string): string {
  const nanoseconds = parseMoment(text, Date.now());
  if (nanoseconds === null) return '';
  const seconds = new Date(Number(nanoseconds / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}Z`;
}

/** Chunks that came and were not read yet. */
class Arrivals {
  #chunks: Chunk[] = [];
  #hasEnded = false;
  #wake = (): void => {};

  constructor(signal: AbortSignal) {
    if (signal.aborted) this.ended();
    else signal.addEventListener('abort', () => this.ended(true), { once: true });
  }

  grew(chunk: Chunk): void {
    if (this.#hasEnded) return;
    this.#chunks.push(chunk);
    this.#wake();
  }

  ended(atOnce = false): void {
    this.#hasEnded = true;
    if (atOnce) this.#chunks = [];
    this.#wake();
  }

  async next(): Promise<Chunk | null> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) return chunk;
      if (this.#hasEnded) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
