import { createServer } from 'node:http2';
import type { Http2Session, ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import { framed, GrpcError, grpcCode, trailersFor, unframed, writeTo } from './grpc.ts';

/** One call that the engine makes to us. */
export type IncomingCall = {
  /** Every value of a header, each as it was sent: joined, a comma inside one could not be told from one between two. */
  header(name: string): readonly string[];
  /** What the engine sends, until it has no more to say. */
  readonly messages: AsyncIterable<Buffer>;
  /** Resolves once the engine takes more. */
  send(message: Uint8Array): Promise<void>;
};

/** Ends the call when it resolves; a GrpcError tells the engine why it failed, anything else is told as its message. */
export type GrpcMethod = (call: IncomingCall) => Promise<void>;

/** Keyed `/package.Service/Method`. */
export type GrpcMethods = Readonly<Record<string, GrpcMethod>>;

/** One message in, one out. */
export function unary(answer: (request: Uint8Array) => Promise<Uint8Array> | Uint8Array): GrpcMethod {
  return async ({ messages, send }) => {
    for await (const request of messages) {
      await send(await answer(request));
      return;
    }
  };
}

/** Answers the engine's calls on a connection that is already there, until it is closed. */
export function serveGrpc(connection: Duplex, methods: GrpcMethods): void {
  const server = createServer();
  server.on('session', (session: Http2Session) => session.on('error', () => connection.destroy()));
  server.on('stream', (stream, headers, _flags, rawHeaders) => {
    stream.on('error', () => {});
    const path = String(headers[':path']);
    // A server's streams are ServerHttp2Streams.
    void answer(stream as ServerHttp2Stream, rawHeaders, methods[path] ?? missing(path));
  });
  server.emit('connection', connection);
}

const missing =
  (path: string): GrpcMethod =>
  () =>
    Promise.reject(new GrpcError(grpcCode.unimplemented, `there is no ${path}`));

async function answer(stream: ServerHttp2Stream, rawHeaders: readonly string[], method: GrpcMethod): Promise<void> {
  let failure: GrpcError | null = null;
  stream.on('wantTrailers', () => stream.sendTrailers(trailersFor(failure)));
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  try {
    await method({
      header: (name) => valuesOf(rawHeaders, name),
      // Reading no further must not end the call: we still answer.
      messages: unframed(stream.iterator({ destroyOnReturn: false })),
      send: (message) => writeTo(stream, framed(message)),
    });
  } catch (error) {
    failure = error instanceof GrpcError ? error : new GrpcError(grpcCode.unknown, (error as Error).message);
  }
  if (!stream.destroyed) stream.end();
}

/** `raw` is name, value, name, value, … */
const valuesOf = (raw: readonly string[], name: string): string[] =>
  raw.filter((_value, index) => index % 2 === 1 && raw[index - 1] === name);
