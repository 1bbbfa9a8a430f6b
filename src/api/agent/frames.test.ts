import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameError, FrameReader, bytesFrame, creditFrame, endFrame, jsonFrame } from './frames.ts';
import type { Frame } from './frames.ts';

test('frames come out as they went in, wherever the chunks are cut', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.string(),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
      (bytes, text, cuts) => {
        const sent = Buffer.concat([jsonFrame({ text }), bytesFrame(7, bytes), creditFrame(9, 4096), endFrame(7), jsonFrame([])]);
        const reader = new FrameReader();
        const frames: Frame[] = [];
        for (let at = 0, cut = 0; at < sent.length; cut += 1) {
          // `cuts` has at least one element.
          const length = cuts[cut % cuts.length] as number;
          frames.push(...reader.push(sent.subarray(at, at + length)));
          at += length;
        }
        expect(frames).toEqual([
          { kind: 'json', text: JSON.stringify({ text }) },
          { kind: 'bytes', stream: 7, bytes: Buffer.from(bytes) },
          { kind: 'credit', stream: 9, bytes: 4096 },
          { kind: 'end', stream: 7 },
          { kind: 'json', text: '[]' },
        ]);
      },
    ),
  );
});

test('a length beyond reason is refused before anything is kept for it', () => {
  expect(() => [...new FrameReader().push(Buffer.from('HTTP/1.1 400 Bad Request'))]).toThrow(FrameError);
});
