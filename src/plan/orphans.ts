// Replicas of the project whose service the file does not have (any more). Left alone unless asked.

import type { Observed, ObservedReplica } from '#model/observed.ts';
import type { Project } from '#model/project.ts';
import type { PlanDraft } from './draft.ts';
import { type RemovalSteps, addRemoval } from './removal.ts';

/** A service that a profile leaves out is still in the file: its replicas are no orphans. */
export function orphansOf(project: Project, observed: Observed): ObservedReplica[] {
  return observed.replicas
    .filter((replica) => !replica.oneOff && replica.state !== 'removing' && !isKnown(project, replica.service))
    .sort(byName);
}

const byName = (a: ObservedReplica, b: ObservedReplica): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** One-off replicas that have ended go with the orphans, as Docker Compose does; they are not worth a note. */
function endedOneOffs(observed: Observed): ObservedReplica[] {
  return observed.replicas
    .filter((replica) => replica.oneOff && (replica.state === 'exited' || replica.state === 'dead'))
    .sort(byName);
}

export type OrphanOptions = {
  readonly removeOrphans?: boolean;
  readonly ignoreOrphans?: boolean;
  readonly timeoutSeconds?: number;
  readonly volumes?: boolean;
};

/** Removes them if asked, else says that they are there. */
export function addOrphans(draft: PlanDraft, project: Project, observed: Observed, options: OrphanOptions): RemovalSteps[] {
  const orphans = orphansOf(project, observed);
  if (options.removeOrphans === true)
    return [...orphans, ...endedOneOffs(observed)].map((replica) =>
      addRemoval(draft, {
        replica,
        cause: replica.oneOff ? 'one-off replica that has ended' : `orphan: no service ${replica.service} in the Compose file`,
        timeoutSeconds: options.timeoutSeconds,
        volumes: options.volumes,
      }),
    );
  if (orphans.length > 0 && options.ignoreOrphans !== true) {
    const [verb, them] = orphans.length === 1 ? ['is', 'it'] : ['are', 'them'];
    draft.notes.push(
      `${orphans.map((orphan) => orphan.name).join(', ')} ${verb} not in the Compose file (any more) and left alone; --remove-orphans removes ${them}`,
    );
  }
  return [];
}

function isKnown(project: Project, service: string): boolean {
  return Object.hasOwn(project.services, service) || Object.hasOwn(project.disabledServices, service);
}
