// Stopping and removing a replica that nothing takes the place of.

import type { ObservedReplica } from '#model/observed.ts';
import { type DraftStep, type PlanDraft } from './draft.ts';
import { isUp } from './replica-slots.ts';
import { existing } from './subjects.ts';

export type Removal = {
  readonly replica: ObservedReplica;
  readonly cause: string;
  readonly timeoutSeconds?: number;
  /** Anonymous volumes too. */
  readonly volumes?: boolean;
  readonly stopAfter?: Iterable<DraftStep | undefined>;
};

export type RemovalSteps = { readonly stop: DraftStep | undefined; readonly remove: DraftStep };

export function addRemoval(draft: PlanDraft, removal: Removal): RemovalSteps {
  const { replica, cause } = removal;
  const about = { subject: existing(replica), runtime: replica.runtime, cause };
  const stop = isUp(replica)
    ? draft.add({ ...about, kind: 'stop-replica', after: removal.stopAfter ?? [], options: timeoutOf(removal.timeoutSeconds) })
    : undefined;
  const remove = draft.add({
    ...about,
    kind: 'remove-replica',
    after: stop === undefined ? (removal.stopAfter ?? []) : [stop],
    options: removal.volumes === true ? { removeVolumes: true } : {},
  });
  return { stop, remove };
}

export function timeoutOf(timeoutSeconds: number | undefined): { readonly timeoutSeconds?: number } {
  return timeoutSeconds === undefined ? {} : { timeoutSeconds };
}
