import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOf, textOf } from './byte-text.ts';

test('any bytes come back as they were', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(bytesOf(textOf(Buffer.from(bytes)))).toEqual(Buffer.from(bytes));
    }),
  );
});

test('UTF-8 stays what it is, beside bytes that are none', () => {
  const bytes = Buffer.concat([Buffer.from('aü€😀'), Buffer.of(0xff, 0xc3), Buffer.from('b')]);
  expect(textOf(bytes)).toBe('aü€😀\udcff\udcc3b');
});

test('text with its own characters outside the BMP is not torn', () => {
  expect(bytesOf('😀\udc80').toString('hex')).toBe('f09f988080');
});
