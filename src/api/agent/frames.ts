// Length-framed messages: u32 BE length of what follows, one byte of kind, the body. Bodies of streams begin with the stream's u32 BE id.

export const frameKind = {
  /** UTF-8 JSON: Hello or Message. */
  json: 0,
  /** Bytes of a stream. */
  bytes: 1,
  /** From the sender: no more. From the receiver: send no more. */
  end: 2,
  /** u32 BE: how many more bytes of the stream its receiver takes. */
  credit: 3,
} as const;

/** No honest message is longer: batches are cut well below. */
export const largestFrame = 16 * 1024 * 1024;
const headLength = 5;

export type Frame =
  | { readonly kind: 'json'; readonly text: string }
  | { readonly kind: 'bytes'; readonly stream: number; readonly bytes: Buffer }
  | { readonly kind: 'end'; readonly stream: number }
  | { readonly kind: 'credit'; readonly stream: number; readonly bytes: number };

export function jsonFrame(value: unknown): Buffer {
  const text = JSON.stringify(value);
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(headLength + length);
  frame.writeUInt32BE(length + 1, 0);
  frame[4] = frameKind.json;
  frame.write(text, headLength);
  return frame;
}

export function bytesFrame(stream: number, bytes: Uint8Array): Buffer {
  const frame = streamFrame(frameKind.bytes, stream, bytes.byteLength);
  frame.set(bytes, headLength + 4);
  return frame;
}

export function endFrame(stream: number): Buffer {
  return streamFrame(frameKind.end, stream, 0);
}

export function creditFrame(stream: number, bytes: number): Buffer {
  const frame = streamFrame(frameKind.credit, stream, 4);
  frame.writeUInt32BE(bytes, headLength + 4);
  return frame;
}

function streamFrame(kind: number, stream: number, bodyLength: number): Buffer {
  const frame = Buffer.allocUnsafe(headLength + 4 + bodyLength);
  frame.writeUInt32BE(5 + bodyLength, 0);
  frame[4] = kind;
  frame.writeUInt32BE(stream, headLength);
  return frame;
}

/** What the other side sends is not our protocol. */
export class FrameError extends Error {}

/** Cuts a byte stream into frames, whatever the sizes of its chunks. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #length = 0;

  *push(chunk: Buffer): Generator<Frame> {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    for (let frame = this.#next(); frame !== null; frame = this.#next()) yield frame;
  }

  #next(): Frame | null {
    if (this.#length < headLength) return null;
    const length = this.#peekLength();
    if (length < 1 || length > largestFrame) throw new FrameError(`a frame of ${length} bytes`);
    if (this.#length < 4 + length) return null;
    return parseFrame(this.#take(4 + length));
  }

  #peekLength(): number {
    if ((this.#chunks[0]?.length ?? 0) < 4) this.#join();
    // At least five bytes are there.
    return (this.#chunks[0] as Buffer).readUInt32BE(0);
  }

  #take(count: number): Buffer {
    if ((this.#chunks[0]?.length ?? 0) < count) this.#join();
    const first = this.#chunks[0] as Buffer;
    if (first.length === count) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(count);
    this.#length -= count;
    return first.subarray(0, count);
  }

  #join(): void {
    this.#chunks = [Buffer.concat(this.#chunks, this.#length)];
  }
}

function parseFrame(frame: Buffer): Frame {
  const kind = frame[4];
  if (kind === frameKind.json) return { kind: 'json', text: frame.toString('utf8', headLength) };
  if (frame.length < headLength + 4) throw new FrameError('a frame without its stream');
  const stream = frame.readUInt32BE(headLength);
  const body = frame.subarray(headLength + 4);
  if (kind === frameKind.bytes) return { kind: 'bytes', stream, bytes: body };
  if (kind === frameKind.end) return { kind: 'end', stream };
  if (kind === frameKind.credit && body.length === 4) return { kind: 'credit', stream, bytes: body.readUInt32BE(0) };
  throw new FrameError(`a frame of kind ${kind}`);
}
