import { expect, test } from 'vitest';
import { StartsUnderway } from './starts-underway.ts';

test('who starts behind many others may take longer, and alone again no longer than the first', async () => {
  const starts = new StartsUnderway();
  const patience: number[] = [];
  const release: (() => void)[] = [];
  const start = (): Promise<void> =>
    starts.count((patienceMs) => {
      patience.push(patienceMs);
      return new Promise((resolve) => release.push(resolve));
    });
  const underway = Array.from({ length: 100 }, start);
  for (const end of release) end();
  await Promise.all(underway);
  void start();
  expect(patience[99]).toBeGreaterThan(20_000);
  expect(patience[100]).toBe(patience[0]);
});
