// One duplex carrying messages and many streams of bytes, each with its own back-pressure: whoever reads a stream grants its
// writer credit, so that a slow reader of logs holds up nobody else. Both sides use it; the agent alone gives out stream ids.

import type { Duplex } from 'node:stream';
import { MusterError } from '#lib/errors.ts';
import type { Hello, Message } from './contract.ts';
import { FrameReader, bytesFrame, creditFrame, endFrame, jsonFrame } from './frames.ts';
import type { Frame } from './frames.ts';

/** How much of a stream may be under way before its reader has taken any. */
export const streamWindow = 256 * 1024;
const largestPart = 64 * 1024;

export type ConnectionEvents = {
  readonly hello: (hello: Hello) => void;
  readonly message: (message: Message) => void;
  /** Once, however it ends; everything that waits has been told. */
  readonly closed: (error: MusterError) => void;
};

export class Connection {
  readonly #duplex: Duplex;
  readonly #events: ConnectionEvents;
  readonly #frames = new FrameReader();
  readonly #incoming = new Map<number, Incoming>();
  readonly #outgoing = new Map<number, Outgoing>();
  #isClosed = false;

  constructor(duplex: Duplex, events: ConnectionEvents) {
    this.#duplex = duplex;
    this.#events = events;
    duplex.on('data', (chunk: Buffer) => this.#receive(chunk));
    duplex.once('end', () => this.close());
    duplex.once('error', (cause) => this.close(cause));
    duplex.once('close', () => this.close());
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  send(message: Message | Hello): void {
    this.#write(jsonFrame(message));
  }

  /** A stream that the other side writes. Call it before the other side can have written: in the handler of the message that names it. */
  read(stream: number): Incoming {
    const incoming = new Incoming({
      grant: (bytes) => this.#write(creditFrame(stream, bytes)),
      cancel: () => {
        this.#incoming.delete(stream);
        this.#write(endFrame(stream));
      },
    });
    this.#incoming.set(stream, incoming);
    return incoming;
  }

  /** A stream that the other side reads. */
  write(stream: number): Outgoing {
    const outgoing = new Outgoing({
      send: (bytes) => this.#write(bytesFrame(stream, bytes)),
      end: () => {
        this.#outgoing.delete(stream);
        this.#write(endFrame(stream));
      },
    });
    this.#outgoing.set(stream, outgoing);
    return outgoing;
  }

  close(cause?: unknown): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const error = new MusterError('AGENT_LOST', 'the connection to the agent has ended', {
      hint: 'run the command again: what runs goes on, and the agent takes it over when it starts',
      cause,
    });
    for (const incoming of this.#incoming.values()) incoming.finish(error);
    for (const outgoing of this.#outgoing.values()) outgoing.stop();
    this.#incoming.clear();
    this.#outgoing.clear();
    // What was sent before still goes out.
    this.#duplex.end(() => this.#duplex.destroy());
    this.#events.closed(error);
  }

  #write(frame: Buffer): void {
    if (!this.#isClosed) this.#duplex.write(frame);
  }

  #receive(chunk: Buffer): void {
    try {
      for (const frame of this.#frames.push(chunk)) if (!this.#isClosed) this.#handle(frame);
    } catch (error) {
      this.close(error);
    }
  }

  #handle(frame: Frame): void {
    switch (frame.kind) {
      case 'json': {
        // Whoever is on the other side is this user's muster; its shapes are those of the schema that both agreed on.
        const message = JSON.parse(frame.text) as Message | Hello;
        if (message.type === 'hello') this.#events.hello(message);
        else this.#events.message(message);
        return;
      }
      case 'bytes':
        this.#incoming.get(frame.stream)?.push(frame.bytes);
        return;
      case 'credit':
        this.#outgoing.get(frame.stream)?.grant(frame.bytes);
        return;
      case 'end':
        this.#incoming.get(frame.stream)?.finish(null);
        this.#incoming.delete(frame.stream);
        this.#outgoing.get(frame.stream)?.stop();
        this.#outgoing.delete(frame.stream);
    }
  }
}

type Reading = { readonly grant: (bytes: number) => void; readonly cancel: () => void };

/** Bytes in order, once. Leaving the loop early tells the writer to stop. */
export class Incoming implements AsyncIterable<Buffer> {
  readonly #reading: Reading;
  #waiting: Buffer[] = [];
  #end: { readonly error: MusterError | null } | null = null;
  #wake = (): void => {};

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  push(bytes: Buffer): void {
    this.#waiting.push(bytes);
    this.#wake();
  }

  finish(error: MusterError | null): void {
    this.#end ??= { error };
    this.#wake();
  }

  cancel(): void {
    if (this.#end !== null) return;
    this.finish(null);
    this.#reading.cancel();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    try {
      for (;;) {
        const next = this.#waiting.shift();
        if (next !== undefined) {
          yield next;
          if (this.#end === null) this.#reading.grant(next.length);
        } else if (this.#end !== null) {
          if (this.#end.error !== null) throw this.#end.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      this.cancel();
    }
  }
}

type Writing = { readonly send: (bytes: Uint8Array) => void; readonly end: () => void };

export class Outgoing {
  readonly #writing: Writing;
  #credit = streamWindow;
  #isStopped = false;
  #isEnded = false;
  #wake = (): void => {};
  #onStop = (): void => {};

  constructor(writing: Writing) {
    this.#writing = writing;
  }

  /** Its reader has gone, or the connection. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  set onStop(act: () => void) {
    this.#onStop = act;
    if (this.#isStopped) act();
  }

  /** Resolves once its reader has room for it: true; false when nobody reads any more. One write at a time. */
  async write(bytes: Uint8Array): Promise<boolean> {
    for (let sent = 0; sent < bytes.byteLength;) {
      while (this.#credit <= 0 && !this.#isStopped)
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      if (this.#isStopped) return false;
      const part = bytes.subarray(sent, sent + Math.min(largestPart, this.#credit));
      this.#credit -= part.byteLength;
      sent += part.byteLength;
      this.#writing.send(part);
    }
    return !this.#isStopped;
  }

  end(): void {
    if (this.#isStopped || this.#isEnded) return;
    this.#isEnded = true;
    this.#writing.end();
  }

  grant(bytes: number): void {
    this.#credit += bytes;
    this.#wake();
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#wake();
    this.#onStop();
  }
}
