// When which bytes of a log were written. One record per look at the files: all that came since the look before. Records are a few bytes:
// differences, as varints. A line's time is that of its last byte, spread evenly over its chunk, so that every line of a replica has a time of its
// own, both outputs are in one order, and reading again gives the same.

export type Chunk = {
  /** Unix milliseconds: the bytes came between these two. */
  readonly startMs: number;
  readonly endMs: number;
  readonly outStart: number;
  readonly outEnd: number;
  readonly errStart: number;
  readonly errEnd: number;
};

/** Where a log begins: what was before is no longer kept. */
export type Origin = { readonly timeMs: number; readonly out: number; readonly err: number };

export function encodeOrigin({ timeMs, out, err }: Origin): Buffer {
  return encode([timeMs, out, err]);
}

export function encodeChunk(chunk: Chunk, before: { readonly endMs: number }): Buffer {
  return encode([
    chunk.startMs - before.endMs,
    chunk.endMs - chunk.startMs,
    chunk.outEnd - chunk.outStart,
    chunk.errEnd - chunk.errStart,
  ]);
}

/** Whole records only; null for a file that says nothing. */
export function decodeLog(bytes: Buffer): { readonly origin: Origin; readonly chunks: Chunk[] } | null {
  const numbers = new Varints(bytes);
  const [timeMs, out, err] = [numbers.next(), numbers.next(), numbers.next()];
  if (timeMs === null || out === null || err === null) return null;
  const chunks: Chunk[] = [];
  let [endMs, outEnd, errEnd] = [timeMs, out, err];
  for (;;) {
    const [pause, span, outLength, errLength] = [numbers.next(), numbers.next(), numbers.next(), numbers.next()];
    if (pause === null || span === null || outLength === null || errLength === null) break;
    const startMs = endMs + pause;
    chunks.push({
      startMs,
      endMs: startMs + span,
      outStart: outEnd,
      outEnd: outEnd + outLength,
      errStart: errEnd,
      errEnd: errEnd + errLength,
    });
    endMs = startMs + span;
    outEnd += outLength;
    errEnd += errLength;
  }
  return { origin: { timeMs, out, err }, chunks };
}

function encode(numbers: readonly number[]): Buffer {
  const bytes: number[] = [];
  for (let number of numbers) {
    // No bit operations: they end at 32 bits.
    while (number >= 128) {
      bytes.push((number % 128) + 128);
      number = Math.floor(number / 128);
    }
    bytes.push(number);
  }
  return Buffer.from(bytes);
}

class Varints {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  next(): number | null {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) return null;
      this.#at += 1;
      value += (byte % 128) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  }
}

/** RFC 3339 with nanoseconds of the byte at this place: `index` counts from the chunk's first, stdout's bytes before stderr's. */
export function timeAt(chunk: Chunk, index: number): string {
  const length = chunk.outEnd - chunk.outStart + (chunk.errEnd - chunk.errStart);
  const nanoseconds = Math.floor((index * Math.max(chunk.endMs - chunk.startMs, 1) * 1e6) / length);
  const ms = chunk.startMs + Math.floor(nanoseconds / 1e6);
  return `${secondsOf(ms)}.${pad(ms % 1000, 3)}${pad(nanoseconds % 1e6, 6)}Z`;
}

let lastSecond = -1;
let lastText = '';

/** Making a date's text costs more than all the rest, and most lines share their second. */
function secondsOf(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = new Date(second * 1000).toISOString().slice(0, 19);
  }
  return lastText;
}

const pad = (value: number, width: number): string => String(value).padStart(width, '0');
