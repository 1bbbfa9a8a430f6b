import { expect, test } from 'vitest';
import { stateDirectory } from './state-directory.ts';

test('XDG_STATE_HOME wins, a relative one is ignored, HOME is the fallback', () => {
  expect(stateDirectory({ XDG_STATE_HOME: '/var/state', HOME: '/home/ann' })).toBe('/var/state/muster');
  expect(stateDirectory({ XDG_STATE_HOME: 'state', HOME: '/home/ann' })).toBe('/home/ann/.local/state/muster');
  expect(stateDirectory({ HOME: '/home/ann' })).toBe('/home/ann/.local/state/muster');
});

test('without any home the error says what to set', () => {
  expect(() => stateDirectory({})).toThrow(
    expect.objectContaining({ code: 'STATE_DIRECTORY', hint: expect.stringContaining('XDG_STATE_HOME') }),
  );
});
