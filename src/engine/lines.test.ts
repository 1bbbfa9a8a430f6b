import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textLines } from './lines.ts';

/** `bytes` in pieces of the given sizes, over and over. */
export function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

async function read(pieces: Buffer[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const { text } of textLines(Readable.from(pieces))) lines.push(text);
  return lines;
}

test('values come out as they were, wherever the chunks were cut, even inside a character', async () => {
  const values = fc.array(
    fc.jsonValue().map((value) => JSON.stringify(value)),
    { maxLength: 6 },
  );
  const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(values, sizes, async (given, cuts) => {
      const bytes = Buffer.from(given.map((line) => `${line}\r\n`).join(''));
      expect((await read(cut(bytes, cuts))).map((line) => line.trimEnd())).toEqual(given);
    }),
  );
});

test('a last line without its end is marked as incomplete', async () => {
  const seen = [];
  for await (const line of textLines(Readable.from([Buffer.from('1\n\n{"a":')]))) seen.push(line);
  expect(seen).toEqual([
    { text: '1', complete: true },
    { text: '{"a":', complete: false },
  ]);
});
