import { expect, test } from 'vitest';
import { momentText, parseMoment } from './moment.ts';

const now = 1_767_225_600_500;

test.each([
  ['1767225600', 1767225600_000000000n],
  ['1767225600.000000001', 1767225600_000000001n],
  ['1767225600.5', 1767225600_500000000n],
  ['2026-01-01T00:00:00Z', 1767225600_000000000n],
  ['2026-01-01T00:00:00.123456789Z', 1767225600_123456789n],
  ['2026-01-01T01:00:00+01:00', 1767225600_000000000n],
  ['10m', 1767225000_500000000n],
  ['700ms', 1767225599_800000000n],
])('%s is %d ns', (text, expected) => {
  expect(parseMoment(text, now)).toBe(expected);
});

test('no time is none', () => {
  expect(parseMoment('', now)).toBeNull();
});

test('what is no time is refused with examples', () => {
  expect(() => parseMoment('yesterday', now)).toThrow(/yesterday/);
});

test('a moment in words is read as the same moment', () => {
  const text = '2026-01-01T00:00:00.123456789Z';
  expect(momentText(parseMoment(text, now))).toBe(text);
  expect(momentText(null)).toBe('');
});
