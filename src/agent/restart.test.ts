import { expect, test } from 'vitest';
import { decideRestart, startsAfterReboot } from './restart.ts';
import type { Ending } from './restart.ts';

const ending = (more: Partial<Ending>): Ending => ({
  desired: 'running',
  exitCode: 1,
  startedAt: 5000,
  finishedAt: 5100,
  failures: 0,
  restarts: 0,
  ...more,
});

const always = { policy: 'always', maxAttempts: 0 } as const;

test('pauses double from 100 ms up to a minute, and begin anew after a long life', () => {
  const pauses = Array.from({ length: 12 }, (_, failures) => decideRestart(always, ending({ failures }))).map((decision) =>
    decision.kind === 'restart' ? decision.afterMs : null,
  );
  expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000, 60_000]);
  expect(decideRestart(always, ending({ failures: 9, finishedAt: 15_000 }))).toEqual({
    kind: 'restart',
    afterMs: 100,
    failures: 1,
  });
});

test('what was stopped by hand stays down, whatever its policy', () => {
  for (const policy of ['no', 'always', 'on-failure', 'unless-stopped'] as const)
    expect(decideRestart({ policy, maxAttempts: 0 }, ending({ desired: 'stopped' })).kind).toBe('stay');
});

test('on-failure heeds the exit code and counts', () => {
  const policy = { policy: 'on-failure', maxAttempts: 2 } as const;
  expect(decideRestart(policy, ending({ exitCode: 0 })).kind).toBe('stay');
  expect(decideRestart(policy, ending({ restarts: 1 })).kind).toBe('restart');
  expect(decideRestart(policy, ending({ restarts: 2 })).kind).toBe('stay');
  // Nobody knows how it ended: that is no success.
  expect(decideRestart(policy, ending({ exitCode: null })).kind).toBe('restart');
});

test('after a reboot: always starts, unless-stopped only if it was not stopped, no never', () => {
  const after = (policy: 'no' | 'always' | 'unless-stopped', desired: 'running' | 'stopped'): boolean =>
    startsAfterReboot({ policy, maxAttempts: 0 }, { desired, wasUp: desired === 'running' });
  expect([
    after('always', 'stopped'),
    after('unless-stopped', 'stopped'),
    after('unless-stopped', 'running'),
    after('no', 'running'),
  ]).toEqual([true, false, true, false]);
});
