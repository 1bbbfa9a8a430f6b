import type { Step, Subject } from '#model/plan.ts';
import type { ProcessSetting } from './setting.ts';

export type ReplicaSubject = Extract<Subject, { readonly type: 'replica' }>;

/** The replica that a step is about. A step about something else is a bug of the plan. */
export function replicaOf(step: Step): ReplicaSubject {
  if (step.subject.type !== 'replica') throw new Error(`step ${step.id} ${step.kind} is not about a replica`);
  return step.subject;
}

/** What the agent knows it by: its id, or its name. */
export function handleOf({ memory }: Pick<ProcessSetting, 'memory'>, subject: ReplicaSubject): string {
  return subject.id ?? memory.replicaId(subject.name) ?? subject.name;
}
