import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { musterVersion } from './version.ts';

test('the program and its package say the same version', () => {
  expect(musterVersion).toBe(manifest.version);
});
