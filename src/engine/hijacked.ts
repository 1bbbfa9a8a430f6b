import { Duplex } from 'node:stream';
import { onAbort } from '#lib/cancel.ts';
import type { Answer } from './exchange.ts';
import { engineFailure } from './failure.ts';
import type { Endpoint } from './endpoint.ts';

/**
 * The two directions of an upgraded connection. Ending it half-closes: the program sees the end of its stdin and may still
 * answer. An engine that answers 200 instead of 101 sends its bytes as the body and reads ours from the same connection.
 */
export class HijackedStream extends Duplex {
  readonly #source: NodeJS.ReadableStream & { destroy(): unknown };
  readonly #socket: Duplex;
  readonly #stopListening: () => void;

  constructor({ response, socket, early }: Answer, endpoint: Endpoint, signal: AbortSignal | undefined) {
    super({ allowHalfOpen: true });
    // It may fail before its reader is there; a reader that comes later still gets the error.
    this.on('error', () => {});
    this.#socket = socket;
    this.#source = response.statusCode === 101 ? socket : response;
    this.#stopListening = onAbort(signal, (error) => this.destroy(error));
    if (early.length > 0) this.push(early);
    this.#source.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) this.#source.pause();
    });
    this.#source.on('end', () => this.push(null));
    const lose = (error: Error): void => {
      this.destroy(engineFailure(error, endpoint));
    };
    socket.on('error', lose);
    response.on('error', lose);
    this.#source.on('close', () => this.push(null));
  }

  override _read(): void {
    this.#source.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, encoding, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#stopListening();
    this.#source.destroy();
    this.#socket.destroy();
    done(error);
  }
}
