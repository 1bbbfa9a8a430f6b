import { expect, test } from 'vitest';
import { parseGoDuration } from './go-duration.ts';

test.each([
  ['0', 0],
  ['0s', 0],
  ['1m30s', 90e9],
  ['500ms', 5e8],
  ['1.5h', 5400e9],
  ['1h0m0.25s', 3600.25e9],
  ['10us', 10_000],
  ['-5s', -5e9],
  ['1d', 86_400e9],
])('%s is %d nanoseconds', (text, expected) => {
  expect(parseGoDuration(text)).toBe(expected);
});

test.each(['', '5', 's', '1x', '1m 30s', 'soon', '1..5s'])('"%s" is no duration', (text) => {
  expect(parseGoDuration(text)).toBeNull();
});
