import { connect } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import type { Duplex } from 'node:stream';
import { framed, grpcCode, GrpcError, outcomeOf, unframed } from './grpc.ts';

/** Calls to the engine over one connection. When the connection fails, so do the calls, with the connection's own error. */
export class GrpcClient {
  readonly #connection: Duplex;
  readonly #session: ClientHttp2Session;
  #lost: Error | null = null;

  constructor(connection: Duplex) {
    this.#connection = connection;
    connection.on('error', (error: Error) => (this.#lost ??= error));
    this.#session = connect('http://localhost', { createConnection: () => connection });
    this.#session.on('error', (error: Error) => (this.#lost ??= error));
  }

  /** The one answer of a call that has one. */
  async ask(path: string, request: Uint8Array): Promise<Uint8Array> {
    let answer: Uint8Array | null = null;
    for await (const message of this.follow(path, request)) answer = message;
    if (answer === null) throw new GrpcError(grpcCode.unknown, `${path} ended without an answer`);
    return answer;
  }

  /** Answers as they come; breaking out ends the call. */
  async *follow(path: string, request: Uint8Array): AsyncGenerator<Uint8Array> {
    if (this.#lost !== null) throw this.#lost;
    const stream = this.#session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const outcome = outcomeOfStream(stream);
    stream.end(framed(request));
    try {
      yield* unframed(stream);
      const failure = outcome();
      if (failure !== null) throw failure;
    } catch (error) {
      throw error instanceof GrpcError ? error : (this.#lost ?? this.#connection.errored ?? error);
    } finally {
      stream.close();
    }
  }

  close(): void {
    this.#session.destroy();
    this.#connection.destroy();
  }
}

/** Trailers come with the end; a call refused at once has its outcome in the head. A stream without either was cut off. */
function outcomeOfStream(stream: ClientHttp2Stream): () => Error | null {
  let last: IncomingHttpHeaders | null = null;
  stream.on('error', () => {});
  stream.on('response', (headers) => {
    if (headers['grpc-status'] !== undefined || headers[':status'] !== 200) last = headers;
  });
  stream.on('trailers', (headers) => (last = headers));
  return () => (last === null ? new CutOff() : outcomeOf(last));
}

/** The connection ended in the middle of a call. */
export class CutOff extends Error {}
