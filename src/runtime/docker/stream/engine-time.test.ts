import { expect, test } from 'vitest';
import { engineTime } from './engine-time.ts';

const now = 1_767_225_600_500;

test.each([
  ['1767225600', '1767225600'],
  ['1767225600.000000001', '1767225600.000000001'],
  ['2026-01-01T00:00:00Z', '1767225600.000000000'],
  ['2026-01-01T00:00:00.123456789Z', '1767225600.123456789'],
  ['2026-01-01T01:00:00+01:00', '1767225600.000000000'],
  ['10m', '1767225000.500000000'],
  ['700ms', '1767225599.800000000'],
])('%s reaches the engine as %s', (text, expected) => {
  expect(engineTime(text, now)).toBe(expected);
});

test('no time is none', () => {
  expect(engineTime('', now)).toBeUndefined();
});

test('what is no time is refused with examples', () => {
  expect(() => engineTime('yesterday', now)).toThrow(/yesterday/);
});
