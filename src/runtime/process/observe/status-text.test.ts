import { expect, test } from 'vitest';
import { statusText } from './status-text.ts';

const now = 1_000_000_000;
const fact = (more: object) =>
  ({ state: 'running', health: 'none', exitCode: null, startedAt: now - 120_000, finishedAt: now - 5000, ...more }) as Parameters<
    typeof statusText
  >[0];

test.each([
  [fact({}), 'Up 2 minutes'],
  [fact({ health: 'healthy' }), 'Up 2 minutes (healthy)'],
  [fact({ health: 'starting' }), 'Up 2 minutes (health: starting)'],
  [fact({ state: 'exited', exitCode: 3 }), 'Exited (3) 5 seconds ago'],
  [fact({ state: 'restarting', exitCode: 1 }), 'Restarting (1) 5 seconds ago'],
  [fact({ state: 'created' }), 'Created'],
  // Another machine's clock is ahead of ours.
  [fact({ startedAt: now + 60_000 }), 'Up Less than a second'],
])('%o is "%s"', (replica, text) => {
  expect(statusText(replica, now)).toBe(text);
});
