import { expect, test } from 'vitest';
import type { Health, ObservedReplica, ReplicaState } from '#model/observed.ts';
import type { WaitCondition } from '#model/plan.ts';
import { judgeAll } from './dependency.ts';

// Only these fields decide.
const replica = (state: ReplicaState, health: Health = 'none', exitCode: number | null = null): ObservedReplica =>
  ({ name: 'blog-db-1', state, health, exitCode }) as ObservedReplica;

test.each<[WaitCondition, ObservedReplica, string]>([
  ['service_started', replica('created'), 'waiting'],
  ['service_started', replica('running'), 'met'],
  ['service_started', replica('exited', 'none', 0), 'met'],
  ['service_healthy', replica('running', 'starting'), 'waiting'],
  ['service_healthy', replica('running', 'healthy'), 'met'],
  ['service_healthy', replica('running', 'unhealthy'), 'failed'],
  ['service_healthy', replica('running', 'none'), 'failed'],
  ['service_healthy', replica('created'), 'waiting'],
  ['service_healthy', replica('restarting', 'none', 1), 'waiting'],
  ['service_healthy', replica('exited', 'none', 0), 'failed'],
  ['service_completed_successfully', replica('running'), 'waiting'],
  ['service_completed_successfully', replica('restarting', 'none', 1), 'waiting'],
  ['service_completed_successfully', replica('exited', 'none', 0), 'met'],
  ['service_completed_successfully', replica('exited', 'none', 3), 'failed'],
  ['running_or_healthy', replica('running', 'none'), 'met'],
  ['running_or_healthy', replica('running', 'starting'), 'waiting'],
  ['running_or_healthy', replica('running', 'unhealthy'), 'failed'],
  ['running_or_healthy', replica('exited', 'none', 0), 'met'],
  ['running_or_healthy', replica('exited', 'none', 1), 'failed'],
])('%s with %o is %s', (condition, each, verdict) => {
  expect(judgeAll([each], condition).kind).toBe(verdict);
});

test('one that failed outweighs one that is awaited, and that one those that are fine', () => {
  const [fine, awaited, failed] = [
    replica('running', 'healthy'),
    replica('running', 'starting'),
    replica('running', 'unhealthy'),
  ];
  expect(judgeAll([fine, awaited, failed], 'service_healthy').kind).toBe('failed');
  expect(judgeAll([fine, awaited], 'service_healthy').kind).toBe('waiting');
  expect(judgeAll([fine, fine], 'service_healthy').kind).toBe('met');
});
