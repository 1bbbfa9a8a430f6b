import { expect, test } from 'vitest';
import type { StepStatus } from '#model/event.ts';
import type { StepKind } from '#model/plan.ts';
import { StartedReplicas } from './started-replicas.ts';

function taking(...events: readonly (readonly [StepKind, StepStatus])[]): StartedReplicas {
  const replicas = new StartedReplicas();
  const subject = { type: 'replica', service: 'web', number: 1, name: 'shop-web-1', id: 'a' } as const;
  for (const [kind, status] of events)
    replicas.take({
      type: 'step',
      status,
      at: 0,
      step: { id: 1, kind, subject, runtime: 'docker', cause: '', changes: [], after: [], options: {} },
    });
  return replicas;
}

test('a service counts as started from the attempt on, a replica once it was', () => {
  const trying = taking(['create-replica', 'done'], ['start-replica', 'started']);
  expect([[...trying.services], [...trying.made], [...trying.started]]).toEqual([['web'], ['shop-web-1'], []]);
  expect([...taking(['start-replica', 'done']).started]).toEqual(['shop-web-1']);
});

test('a replica that the run stops is ended by it, until the run starts it again', () => {
  expect([...taking(['stop-replica', 'started']).endedByUs]).toEqual(['a']);
  const again = taking(
    ['stop-replica', 'started'],
    ['stop-replica', 'done'],
    ['start-replica', 'started'],
    ['start-replica', 'done'],
  );
  expect([...again.endedByUs]).toEqual([]);
});
