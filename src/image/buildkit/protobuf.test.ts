import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeMessage, mapFields, ProtoMessage } from './protobuf.ts';

// Example bytes of https://protobuf.dev/programming-guides/encoding/
test('numbers and texts have their standard form', () => {
  expect(encodeMessage([1, 150]).toString('hex')).toBe('089601');
  expect(encodeMessage([2, 'testing']).toString('hex')).toBe('120774657374696e67');
  expect(encodeMessage([1, -2]).toString('hex')).toBe('08feffffffffffffffff01');
});

test('what is received is what was sent', () => {
  const message = fc.record({
    text: fc.string({ unit: 'grapheme' }),
    bytes: fc.uint8Array({ maxLength: 300 }),
    number: fc.maxSafeInteger(),
    map: fc.dictionary(fc.string({ minLength: 1 }), fc.string()),
  });
  fc.assert(
    fc.property(message, ({ text, bytes, number, map }) => {
      const sent = encodeMessage([1, text], [2, bytes], [3, number], ...mapFields(400, map), [5, encodeMessage([1, text])]);
      const received = new ProtoMessage(sent);
      expect(received.text(1)).toBe(text);
      expect(received.bytes(2).equals(Buffer.from(bytes))).toBe(true);
      expect(received.number(3)).toBe(number === 0 ? 0 : number);
      expect(received.map(400)).toEqual({ ...map });
      expect(received.messages(5).map((inner) => inner.text(1))).toEqual(text === '' ? [''] : [text]);
    }),
  );
});

test('a time is Unix milliseconds, and absence is told', () => {
  const received = new ProtoMessage(encodeMessage([1, encodeMessage([1, 1_700_000_000], [2, 500_000_000])]));
  expect([received.time(1), received.time(2)]).toEqual([1_700_000_000_500, null]);
});

test('any bytes are a message or an error, never endless', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      try {
        new ProtoMessage(bytes).messages(1);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
});
