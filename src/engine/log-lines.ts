// Log lines out of the engine's answer to /containers/{id}/logs or an attached connection, in order, in constant memory.

import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { FrameReader } from './demultiplex.ts';

export type LogLine = {
  readonly stream: 'stdout' | 'stderr';
  /** RFC 3339 with nanoseconds; '' unless asked for. */
  readonly timestamp: string;
  /** Without its line end. */
  readonly text: string;
};

export type LogFormat = {
  /** The container has a TTY: the bytes are raw, all of them stdout. */
  readonly tty: boolean;
  /** The engine was asked to put a timestamp in front of each entry. */
  readonly timestamps: boolean;
};

/** A line without end is handed out in pieces of this size rather than collected for ever. */
const longestLine = 1024 * 1024;

export async function* logLines(stream: Readable, format: LogFormat): AsyncGenerator<LogLine> {
  const frames = format.tty ? null : new FrameReader();
  const lines = { stdout: new LineBuilder('stdout', format), stderr: new LineBuilder('stderr', format) };
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (frames === null) yield* lines.stdout.add(chunk, false);
    else for (const part of frames.read(chunk)) yield* lines[part.stream].add(part.bytes, part.first);
  }
  frames?.end();
  yield* lines.stdout.end();
  yield* lines.stderr.end();
}

const lineFeed = 0x0a;
const space = 0x20;

/** Works on bytes: the engine may cut an entry inside a character. */
class LineBuilder {
  readonly #stream: LogLine['stream'];
  readonly #format: LogFormat;
  readonly #decoder = new StringDecoder('utf8');
  #parts: Buffer[] = [];
  #size = 0;
  #stamp = '';
  #timestamp = '';
  /** Bytes up to the next space are a timestamp. */
  #stampDue: boolean;

  constructor(stream: LogLine['stream'], format: LogFormat) {
    this.#stream = stream;
    this.#format = format;
    this.#stampDue = format.timestamps;
  }

  *add(bytes: Buffer, startsFrame: boolean): Generator<LogLine> {
    // A line of more than 16 KiB comes as several entries, each stamped: the first stamp is the line's, the others are dropped.
    if (startsFrame) this.#stampDue = this.#format.timestamps;
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#stampDue) {
        rest = this.#readStamp(rest);
        continue;
      }
      const end = rest.indexOf(lineFeed);
      this.#keep(end === -1 ? rest : rest.subarray(0, end));
      if (end !== -1) yield this.#line();
      else if (this.#size > longestLine) yield this.#piece();
      rest = end === -1 ? rest.subarray(rest.length) : rest.subarray(end + 1);
    }
  }

  *end(): Generator<LogLine> {
    if (this.#size > 0 || this.#timestamp !== '') yield this.#line();
  }

  #readStamp(bytes: Buffer): Buffer {
    const end = bytes.indexOf(space);
    this.#stamp += bytes.subarray(0, end === -1 ? bytes.length : end).toString('latin1');
    if (end === -1) return bytes.subarray(bytes.length);
    if (this.#timestamp === '') this.#timestamp = this.#stamp;
    this.#stamp = '';
    this.#stampDue = false;
    return bytes.subarray(end + 1);
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#parts.push(bytes);
    this.#size += bytes.length;
  }

  #piece(): LogLine {
    const text = this.#decoder.write(Buffer.concat(this.#parts));
    this.#parts = [];
    this.#size = 0;
    return { stream: this.#stream, timestamp: this.#timestamp, text };
  }

  #line(): LogLine {
    const { stream, timestamp, text } = this.#piece();
    this.#timestamp = '';
    this.#stampDue = this.#format.timestamps;
    const whole = text + this.#decoder.end();
    return { stream, timestamp, text: this.#format.tty ? whole.replace(/\r$/, '') : whole };
  }
}
