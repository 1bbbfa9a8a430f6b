import { expect, test } from 'vitest';
import { fuzz } from './compose-fuzz.ts';

// A time box and always the same seed, so that a change and not chance decides; `node test/fuzz/compose-fuzz.ts --seconds 600`
// goes on for longer, with another seed each time.
test('no input crashes the loader, hangs it or takes a gigabyte', { timeout: 240_000 }, async () => {
  const { runs, loaded, refused, findings } = await fuzz({ seconds: 20, seed: 1 });
  expect(findings.map(({ name, why }) => `${name}: ${why}`)).toEqual([]);
  expect(runs).toBe(loaded + refused);
  expect(runs).toBeGreaterThan(100);
  // Were nearly everything refused, later phases would see nothing.
  expect(loaded).toBeGreaterThan(runs / 20);
});
