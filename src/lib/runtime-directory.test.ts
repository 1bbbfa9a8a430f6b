import { expect, test } from 'vitest';
import { runtimeDirectory } from './runtime-directory.ts';

test("the session's own directory comes first, a relative one is ignored", () => {
  expect(runtimeDirectory({ XDG_RUNTIME_DIR: '/run/user/1000' }, 1000)).toBe('/run/user/1000/muster');
  expect(runtimeDirectory({ XDG_RUNTIME_DIR: 'run' }, 0)).toBe('/run/muster');
});

test('two users never share one', () => {
  expect(runtimeDirectory({}, 1000)).not.toBe(runtimeDirectory({}, 1001));
});
