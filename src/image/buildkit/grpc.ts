// gRPC over a connection that the engine has handed over: messages in frames of one flag byte and a length, the outcome in trailers.
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md

import type { IncomingHttpHeaders } from 'node:http2';
import type { Writable } from 'node:stream';
import { roomIn } from '#lib/room-in.ts';

/** The codes that muster gives or asks about. */
export const grpcCode = { ok: 0, cancelled: 1, unknown: 2, notFound: 5, unimplemented: 12 } as const;

/** A call that ended with another outcome than OK: the other side's own words. */
export class GrpcError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(5 + message.length);
  frame.writeUInt8(0, 0);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  return frame;
}

/** Messages out of a byte stream, however its chunks are cut. */
export async function* unframed(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pending: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (pending.length >= 5) {
      const end = 5 + pending.readUInt32BE(1);
      if (pending.length < end) break;
      if (pending[0] !== 0) throw new GrpcError(grpcCode.unimplemented, 'compressed messages are not understood');
      yield pending.subarray(5, end);
      pending = pending.subarray(end);
    }
  }
}

/** Resolves once the stream takes more. */
export async function writeTo(stream: Writable, bytes: Uint8Array): Promise<void> {
  if (stream.destroyed) throw new GrpcError(grpcCode.cancelled, 'the call is over');
  if (!stream.write(bytes)) await roomIn(stream);
}

/** Trailers of a finished call; null: it ended well. */
export function outcomeOf(trailers: IncomingHttpHeaders): GrpcError | null {
  const code = Number(trailers['grpc-status'] ?? grpcCode.unknown);
  if (code === grpcCode.ok) return null;
  return new GrpcError(code, percentDecoded(String(trailers['grpc-message'] ?? 'no reason given')));
}

export function trailersFor(error: GrpcError | null): Record<string, string> {
  if (error === null) return { 'grpc-status': String(grpcCode.ok) };
  return { 'grpc-status': String(error.code), 'grpc-message': encodeURIComponent(error.message) };
}

function percentDecoded(text: string): string {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const hex = text[i] === '%' ? /^[0-9a-f]{2}$/i.exec(text.slice(i + 1, i + 3))?.[0] : undefined;
    if (hex === undefined) bytes.push(...Buffer.from(text[i] ?? ''));
    else {
      bytes.push(Number.parseInt(hex, 16));
      i += 2;
    }
  }
  return Buffer.from(bytes).toString('utf8');
}
