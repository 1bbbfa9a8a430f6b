// Takes our own lines out of a command's output: `<mark>[ words]\n`, anywhere in it.

import { Transform } from 'node:stream';
import type { TransformCallback } from 'node:stream';

export type MarkedOptions = {
  readonly onLine?: (words: string) => void;
  /** What comes before the first marked line is not the command's. */
  readonly onPreamble?: (text: string) => void;
  /** No other marked line comes after the first. */
  readonly isDoneAfterFirst?: boolean;
};

export class MarkedStream extends Transform {
  readonly #mark: Buffer;
  readonly #onLine: (words: string) => void;
  readonly #onPreamble: (text: string) => void;
  readonly #isDoneAfterFirst: boolean;
  #held: Buffer = Buffer.alloc(0);
  #hasBegun = false;

  constructor(mark: string, { onLine = () => {}, onPreamble = () => {}, isDoneAfterFirst = false }: MarkedOptions) {
    // Who doesn't read a command's output still wants to know that it ended: room for what may come before that line.
    super({ readableHighWaterMark: 4 * 1024 * 1024 });
    this.#mark = Buffer.from(`\u0001${mark}`);
    this.#isDoneAfterFirst = isDoneAfterFirst;
    this.#onLine = onLine;
    this.#onPreamble = onPreamble;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.#hasBegun && this.#isDoneAfterFirst) {
      done(null, chunk);
      return;
    }
    let rest = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    for (let at = rest.indexOf(this.#mark); at !== -1; at = rest.indexOf(this.#mark)) {
      const end = rest.indexOf('\n', at);
      if (end === -1) {
        this.#pass(rest.subarray(0, at));
        this.#held = rest.subarray(at);
        done();
        return;
      }
      this.#pass(rest.subarray(0, at));
      this.#hasBegun = true;
      this.#onLine(rest.toString('utf8', at + this.#mark.length, end).trim());
      rest = rest.subarray(end + 1);
      if (this.#isDoneAfterFirst) {
        this.#held = Buffer.alloc(0);
        done(null, rest);
        return;
      }
    }
    const sure = rest.length - beginningAtEnd(rest, this.#mark);
    this.#pass(rest.subarray(0, sure));
    this.#held = rest.subarray(sure);
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#pass(this.#held);
    done();
  }

  #pass(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.#hasBegun) this.push(bytes);
    else this.#onPreamble(bytes.toString());
  }
}

/** How many of the last bytes may be the beginning of the mark. */
function beginningAtEnd(bytes: Buffer, mark: Buffer): number {
  for (let length = Math.min(mark.length - 1, bytes.length); length > 0; length--)
    if (bytes.subarray(bytes.length - length).equals(mark.subarray(0, length))) return length;
  return 0;
}
