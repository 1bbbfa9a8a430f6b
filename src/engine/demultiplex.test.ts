import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { demultiplex } from './demultiplex.ts';

function frame(stream: number, payload: Buffer | string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(payload), 4);
  return Buffer.concat([header, Buffer.from(payload)]);
}

function* cut(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

test('each output gets exactly its bytes, wherever the frames are cut', async () => {
  const frames = fc.array(fc.record({ stream: fc.constantFrom(1, 2), payload: fc.uint8Array({ maxLength: 40 }) }), {
    maxLength: 12,
  });
  const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(frames, sizes, async (given, cuts) => {
      const wire = Buffer.concat(given.map(({ stream, payload }) => frame(stream, Buffer.from(payload))));
      const { stdout, stderr } = demultiplex(Readable.from(cut(wire, cuts)));
      const [out, err] = await Promise.all([buffer(stdout), buffer(stderr)]);
      const expected = (wanted: number) => Buffer.concat(given.filter((f) => f.stream === wanted).map((f) => f.payload));
      expect([out.toString('hex'), err.toString('hex')]).toEqual([expected(1).toString('hex'), expected(2).toString('hex')]);
    }),
  );
});

test('an end inside a frame is an error on both outputs, not a short success', async () => {
  const { stdout, stderr } = demultiplex(Readable.from([frame(1, 'hello').subarray(0, 10)]));
  await expect(buffer(stdout)).rejects.toMatchObject({ code: 'ENGINE_LOST' });
  await expect(buffer(stderr)).rejects.toMatchObject({ code: 'ENGINE_LOST' });
});

test('raw bytes of a TTY are not mistaken for frames', async () => {
  const { stdout, stderr } = demultiplex(Readable.from([Buffer.from('root@web:/# ls\n')]));
  stderr.on('error', () => {});
  await expect(buffer(stdout)).rejects.toThrow(/without frames/);
});

test("the engine's own complaint ends the output with its words", async () => {
  const { stdout, stderr } = demultiplex(Readable.from([frame(1, 'some'), frame(3, 'log driver gone')]));
  stderr.on('error', () => {});
  await expect(buffer(stdout)).rejects.toMatchObject({
    code: 'ENGINE_REFUSED',
    message: expect.stringContaining('log driver gone'),
  });
});

test('a reader that does not read slows the sender down', async () => {
  let sent = 0;
  const endless = Readable.from(
    (function* () {
      for (;;) {
        sent++;
        yield frame(1, Buffer.alloc(32 * 1024));
      }
    })(),
  );
  const { stdout, stderr } = demultiplex(endless);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(sent).toBeLessThan(40);
  stdout.destroy();
  stderr.destroy();
});

test('closing both outputs closes the connection', async () => {
  const framed = new PassThrough();
  const { stdout, stderr } = demultiplex(framed);
  const closed = new Promise((resolve) => framed.on('close', resolve));
  stdout.destroy();
  stderr.destroy();
  await closed;
});
