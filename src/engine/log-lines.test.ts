import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logLines } from './log-lines.ts';
import type { LogFormat, LogLine } from './log-lines.ts';

const framed = (stream: 1 | 2, text: string | Buffer): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
};

async function read(chunks: Buffer[], format: Partial<LogFormat> = {}): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for await (const line of logLines(Readable.from(chunks), { tty: false, timestamps: false, ...format })) lines.push(line);
  return lines;
}

const stamp = '2026-11-21T02:00:00.123456789Z';

describe('log lines', () => {
  test('keep the order and the stream that they were written to', async () => {
    expect(await read([framed(1, 'one\n'), framed(2, 'two\n'), framed(1, 'three')])).toEqual([
      { stream: 'stdout', timestamp: '', text: 'one' },
      { stream: 'stderr', timestamp: '', text: 'two' },
      { stream: 'stdout', timestamp: '', text: 'three' },
    ]);
  });

  test('part with their timestamps', async () => {
    expect(await read([framed(1, `${stamp} hello world\n`), framed(1, `${stamp} \n`)], { timestamps: true })).toEqual([
      { stream: 'stdout', timestamp: stamp, text: 'hello world' },
      { stream: 'stdout', timestamp: stamp, text: '' },
    ]);
  });

  test('a long line that the engine stamped twice is one line with its first stamp, even when cut inside a character', async () => {
    const euro = Buffer.from('€');
    const chunks = [
      framed(1, Buffer.concat([Buffer.from(`${stamp} a`), euro.subarray(0, 1)])),
      framed(1, Buffer.concat([Buffer.from('2026-11-21T02:00:01Z '), euro.subarray(1), Buffer.from('b\n')])),
    ];
    expect(await read(chunks, { timestamps: true })).toEqual([{ stream: 'stdout', timestamp: stamp, text: 'a€b' }]);
  });

  test('of a TTY are raw and lose the carriage return of their line end', async () => {
    expect(await read([Buffer.from('a\r\nb\r\n')], { tty: true })).toEqual([
      { stream: 'stdout', timestamp: '', text: 'a' },
      { stream: 'stdout', timestamp: '', text: 'b' },
    ]);
  });

  test('of a TTY have their timestamps too, wherever the chunks are cut', async () => {
    const wire = Buffer.from(`${stamp} a b\r\n${stamp} c\r\n`);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: wire.length }), async (at) => {
        const lines = await read([wire.subarray(0, at), wire.subarray(at)], { tty: true, timestamps: true });
        expect(lines.map((line) => [line.timestamp, line.text])).toEqual([
          [stamp, 'a b'],
          [stamp, 'c'],
        ]);
      }),
    );
  });

  test('are the same wherever chunks are cut', async () => {
    const texts = fc.array(
      fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ' ')),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 9 }), async (given, size) => {
        const wire = Buffer.concat(given.map((text) => framed(1, `${stamp} ${text}\n`)));
        const chunks: Buffer[] = [];
        for (let at = 0; at < wire.length; at += size) chunks.push(wire.subarray(at, at + size));
        expect((await read(chunks, { timestamps: true })).map((line) => line.text)).toEqual(given);
      }),
    );
  });

  test('without an end are handed out in pieces, so that memory stays bounded', async () => {
    const chunks = Array.from({ length: 40 }, () => framed(1, Buffer.alloc(64 * 1024, 'x')));
    const lines = await read(chunks);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.reduce((sum, line) => sum + line.text.length, 0)).toBe(40 * 64 * 1024);
  });
});
