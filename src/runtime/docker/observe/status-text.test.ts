import { expect, test } from 'vitest';
import { readStatus, stateOf } from './status-text.ts';

test.each([
  ['Up 2 minutes (healthy)', 'healthy', null],
  ['Up 2 minutes (healthy) (Paused)', 'healthy', null],
  ['Up 1 second (health: starting)', 'starting', null],
  ['Up About an hour (unhealthy)', 'unhealthy', null],
  ['Up Less than a second', 'none', null],
  ['Exited (137) 5 seconds ago', 'none', 137],
  ['Exited (0) 2 weeks ago', 'none', 0],
  ['Restarting (1) Less than a second ago', 'none', 1],
  ['Created', 'none', null],
  ['Dead', 'none', null],
] as const)('"%s" says health %s and exit code %s', (text, health, exitCode) => {
  expect(readStatus(text)).toEqual({ health, exitCode });
});

test('an unheard-of state is unknown, never a guess', () => {
  expect(stateOf('running')).toBe('running');
  expect(stateOf('hibernating')).toBe('unknown');
});
