import type { Step, Subject } from '#model/plan.ts';
import type { DockerSetting } from './setting.ts';

export type ReplicaSubject = Extract<Subject, { readonly type: 'replica' }>;

/** The replica that a step is about. A step about something else is a bug of the plan. */
export function replicaOf(step: Step): ReplicaSubject {
  if (step.subject.type !== 'replica') throw new Error(`step ${step.id} ${step.kind} is not about a replica`);
  return step.subject;
}

/** What the engine knows it by: its id, or the name it was made under, which is its own once nothing is replaced any more. */
export function handleOf({ memory }: Pick<DockerSetting, 'memory'>, subject: ReplicaSubject): string {
  return subject.id ?? memory.replicaId(subject.name) ?? subject.name;
}
