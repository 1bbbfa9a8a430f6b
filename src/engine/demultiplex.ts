// Without a TTY the engine sends both outputs over one connection, in frames: one byte for the stream (0 stdin, 1 stdout,
// 2 stderr, 3 the engine's own complaint), three zero bytes, the payload's length as four big-endian bytes, the payload.
// https://docs.docker.com/reference/api/engine/ ("Attach to a container", stream format)

import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';
import { MusterError } from '#lib/errors.ts';
import { roomIn } from '#lib/room-in.ts';

const headerBytes = 8;

export type FramePart = {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Buffer;
  /** The first part of its frame. */
  readonly first: boolean;
};

/** Cuts frames out of chunks; a payload is passed on as it comes, never collected. */
export class FrameReader {
  #header = Buffer.alloc(0);
  #stream: FramePart['stream'] | 'complaint' = 'stdout';
  #missing = 0;
  #first = false;
  #complaint = '';

  *read(chunk: Buffer): Generator<FramePart> {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#missing === 0) {
        rest = this.#readHeader(rest);
        continue;
      }
      const bytes = rest.subarray(0, this.#missing);
      rest = rest.subarray(bytes.length);
      this.#missing -= bytes.length;
      if (this.#stream === 'complaint') this.#complain(bytes);
      else yield { stream: this.#stream, bytes, first: this.#first };
      this.#first = false;
    }
  }

  /** To be called when the connection has ended: throws if that was inside a frame. */
  end(): void {
    if (this.#missing > 0 || this.#header.length > 0)
      throw new MusterError('ENGINE_LOST', 'the engine ended the output in the middle of a frame', {
        hint: 'see whether it was restarted, then run the command again',
      });
  }

  #readHeader(chunk: Buffer): Buffer {
    const wanted = headerBytes - this.#header.length;
    this.#header = Buffer.concat([this.#header, chunk.subarray(0, wanted)]);
    if (this.#header.length === headerBytes) {
      this.#stream = streamOf(this.#header);
      this.#missing = this.#header.readUInt32BE(4);
      this.#first = true;
      this.#header = Buffer.alloc(0);
    }
    return chunk.subarray(wanted);
  }

  #complain(bytes: Buffer): void {
    this.#complaint += bytes.toString('utf8');
    if (this.#missing === 0 || this.#complaint.length > 4096)
      throw new MusterError('ENGINE_REFUSED', `the engine stopped the output: ${this.#complaint.trim()}`);
  }
}

function streamOf(header: Buffer): FramePart['stream'] | 'complaint' {
  const padded = header[1] === 0 && header[2] === 0 && header[3] === 0;
  if (padded && (header[0] === 0 || header[0] === 1)) return 'stdout';
  if (padded && header[0] === 2) return 'stderr';
  if (padded && header[0] === 3) return 'complaint';
  throw new MusterError('ENGINE_LOST', 'the engine sent output without frames where frames were due', {
    hint: 'the container seems to have a TTY although its configuration says it has none',
  });
}

export type Outputs = { readonly stdout: Readable; readonly stderr: Readable };

/** Both outputs apart. A reader that lags slows the engine down, so both must be read (or resumed). */
export function demultiplex(framed: Readable): Outputs {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const outputs = { stdout, stderr };
  // Whoever reads an output gets its error; the one that nobody reads must not end the program.
  for (const output of [stdout, stderr]) output.on('error', () => {});
  void distribute(framed, outputs);
  const stopWhenUnwanted = (): void => {
    if (stdout.destroyed && stderr.destroyed) framed.destroy();
  };
  stdout.on('close', stopWhenUnwanted);
  stderr.on('close', stopWhenUnwanted);
  return outputs;
}

async function distribute(framed: Readable, outputs: { stdout: PassThrough; stderr: PassThrough }): Promise<void> {
  const reader = new FrameReader();
  try {
    for await (const chunk of framed as AsyncIterable<Buffer>) {
      for (const { stream, bytes } of reader.read(chunk)) {
        const output = outputs[stream];
        if (!output.destroyed && !output.write(bytes)) await roomIn(output);
      }
    }
    reader.end();
    outputs.stdout.end();
    outputs.stderr.end();
  } catch (error) {
    outputs.stdout.destroy(error as Error);
    outputs.stderr.destroy(error as Error);
  }
}
