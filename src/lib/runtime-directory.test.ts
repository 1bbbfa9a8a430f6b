import { expect, test } from 'vitest';
import { agentPlaces } from '#api/agent/places.ts';
import { runtimeDirectory } from './runtime-directory.ts';

test("the session's own directory comes first, a relative one is ignored", () => {
  expect(runtimeDirectory({ XDG_RUNTIME_DIR: '/run/user/1000' }, 1000)).toBe('/run/user/1000/muster');
  expect(runtimeDirectory({ XDG_RUNTIME_DIR: 'run' }, 0)).toBe('/run/muster');
});

test('two users never share one', () => {
  expect(runtimeDirectory({}, 1000)).not.toBe(runtimeDirectory({}, 1001));
});

test('the socket of an agent fits below it, however long its path is', () => {
  const longest = `/${'é'.repeat(37)}x`;
  const directory = runtimeDirectory({ XDG_RUNTIME_DIR: longest }, 1000);
  expect(directory).toBe(`${longest}/muster`);
  expect(Buffer.byteLength(agentPlaces({ stateDirectory: '/state', runtimeDirectory: directory }).socket)).toBe(107);
  expect(runtimeDirectory({ XDG_RUNTIME_DIR: `${longest}x` }, 1000)).toBe('/dev/shm/muster-1000');
});
