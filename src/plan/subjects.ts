import type { ObservedReplica } from '#model/observed.ts';
import type { Subject } from '#model/plan.ts';

export type ReplicaSubject = Extract<Subject, { readonly type: 'replica' }>;

/** A replica that exists. */
export function existing(replica: ObservedReplica): ReplicaSubject {
  return { type: 'replica', service: replica.service, number: replica.number, name: replica.name, id: replica.id };
}

/** Why it has to be started: `it has exited (3)`. */
export function stateInWords(replica: ObservedReplica): string {
  if (replica.state === 'created') return 'it was never started';
  if (replica.state !== 'exited') return `it is ${replica.state}`;
  return replica.exitCode === null ? 'it has exited' : `it has exited (${replica.exitCode})`;
}
