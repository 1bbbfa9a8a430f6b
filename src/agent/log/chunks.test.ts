import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeLog, encodeChunk, encodeOrigin, timeAt } from './chunks.ts';
import type { Chunk } from './chunks.ts';

const steps = fc.array(
  fc.record({
    pause: fc.nat(1_000_000),
    span: fc.integer({ min: 1, max: 100_000 }),
    out: fc.integer({ min: 0, max: 5_000_000 }),
    err: fc.integer({ min: 1, max: 5_000_000 }),
  }),
  { maxLength: 20 },
);

test('records come out as they went in, and a torn last one is left out', () => {
  fc.assert(
    fc.property(steps, fc.nat(3), (all, torn) => {
      const origin = { timeMs: 1_795_275_169_844, out: 40_960, err: 0 };
      const chunks: Chunk[] = [];
      const parts = [encodeOrigin(origin)];
      let before = { endMs: origin.timeMs, outEnd: origin.out, errEnd: origin.err };
      for (const { pause, span, out, err } of all) {
        const startMs = before.endMs + pause;
        const chunk: Chunk = {
          startMs,
          endMs: startMs + span,
          outStart: before.outEnd,
          outEnd: before.outEnd + out,
          errStart: before.errEnd,
          errEnd: before.errEnd + err,
        };
        parts.push(encodeChunk(chunk, before));
        chunks.push(chunk);
        before = chunk;
      }
      const bytes = Buffer.concat(parts);
      expect(decodeLog(bytes)).toEqual({ origin, chunks });
      const known = decodeLog(bytes.subarray(0, bytes.length - torn));
      if (torn > 0 && chunks.length > 0) expect(known?.chunks).toEqual(chunks.slice(0, -1));
    }),
  );
});

test('each byte of a chunk has a time of its own, in order, and none is past the chunk', () => {
  const chunk: Chunk = {
    startMs: 1_795_275_169_999,
    endMs: 1_795_275_170_001,
    outStart: 0,
    outEnd: 3000,
    errStart: 10,
    errEnd: 2010,
  };
  const times = Array.from({ length: 5000 }, (_, index) => timeAt(chunk, index));
  expect([...new Set(times)].sort()).toEqual(times);
  expect(times[0]).toBe('2026-11-21T15:32:49.999000000Z');
  expect((times.at(-1) ?? '') < '2026-11-21T15:32:50.001').toBe(true);
});
