import { Duplex } from 'node:stream';
import type { Readable, Writable } from 'node:stream';

export type JoinedOptions = {
  /** Asked when the other side ends or breaks before it has said anything: was that a refusal? */
  readonly earlyEnd?: () => Promise<Error | null>;
  /** Once, when nobody needs the two any more. */
  readonly release: () => void;
};

/** Two streams as one connection with half-close, and the few methods of a socket that node:http calls. */
export class JoinedStream extends Duplex {
  readonly #from: Readable;
  readonly #to: Writable;
  readonly #options: JoinedOptions;
  #hasAnswered = false;

  constructor(from: Readable, to: Writable, options: JoinedOptions) {
    super({ allowHalfOpen: true });
    this.#from = from;
    this.#to = to;
    this.#options = options;
    from.on('data', (chunk: Buffer) => {
      this.#hasAnswered = true;
      if (!this.push(chunk)) from.pause();
    });
    from.once('end', () => void this.#over(null));
    from.once('error', (error) => void this.#over(error));
    // A broken pipe is told by the end of what comes, which knows why.
    to.on('error', () => {});
  }

  async #over(error: Error | null): Promise<void> {
    const refusal = this.#hasAnswered || this.destroyed ? null : await this.#options.earlyEnd?.();
    const reason = refusal ?? error;
    if (reason === null) this.push(null);
    else this.destroy(reason);
  }

  override _read(): void {
    this.#from.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#to.write(chunk, () => done());
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#to.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#options.release();
    done(error);
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  /** An idle pooled connection must not keep the program alive. */
  unref(): this {
    for (const side of new Set<object>([this.#from, this.#to])) (side as Referred).unref?.();
    return this;
  }

  ref(): this {
    for (const side of new Set<object>([this.#from, this.#to])) (side as Referred).ref?.();
    return this;
  }
}

/** Sockets and pipes are; the types of streams don't say so. */
type Referred = { ref?(): void; unref?(): void };
