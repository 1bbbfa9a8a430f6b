import { expect, test } from 'vitest';
import { humanDuration, humanSize, shortDuration } from './human.ts';

test('time spans read as docker writes them', () => {
  const spans = [0.2, 1, 59, 60, 119, 120, 3599, 3600, 5400, 86_400 * 2, 86_400 * 13, 86_400 * 20, 86_400 * 90, 86_400 * 900];
  expect(spans.map(humanDuration).join(', ')).toMatchInlineSnapshot(
    `"Less than a second, 1 second, 59 seconds, About a minute, About a minute, 2 minutes, 59 minutes, About an hour, 2 hours, 2 days, 13 days, 2 weeks, 3 months, 2 years"`,
  );
});

test('sizes have three digits and decimal units', () => {
  expect([0, 999, 1000, 1_984_227, 123_456_789, 5e12].map(humanSize).join(', ')).toMatchInlineSnapshot(
    `"0B, 999B, 1kB, 1.98MB, 123MB, 5TB"`,
  );
});

test('a span on a progress line keeps its width', () => {
  expect([0, 449, 12_340, 125_000].map(shortDuration).join(', ')).toMatchInlineSnapshot(`"0.0s, 0.4s, 12.3s, 2m05s"`);
});
