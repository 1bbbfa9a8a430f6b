// Volumes of an `up`: missing ones are made. One whose configuration changed holds data, so it is kept unless its loss was agreed to.

import type { Observed, ObservedReplica } from '#model/observed.ts';
import type { Project } from '#model/project.ts';
import type { Services } from './dependencies.ts';
import { namedVolumes } from './diverged.ts';
import type { DraftStep, PlanDraft } from './draft.ts';
import { differs } from './networks.ts';

export type VolumeSteps = {
  readonly made: ReadonlyMap<string, DraftStep>;
  readonly recreated: readonly RecreatedVolume[];
};

export type RecreatedVolume = {
  readonly name: string;
  readonly users: readonly ObservedReplica[];
  readonly remove: DraftStep;
};

/** Volumes that exist with another configuration than the file's: a person decides about the data in them. */
export function divergedVolumes(project: Project, observed: Observed): { readonly key: string; readonly name: string }[] {
  return Object.entries(project.volumes).flatMap(([key, volume]) => {
    const found = observed.volumes.find((each) => each.name === volume.name);
    const diverged = found?.ours === true && volume.external !== true && differs(found.configHash, project.volumeHashes[key]);
    return diverged ? [{ key, name: volume.name }] : [];
  });
}

export function addVolumes(
  draft: PlanDraft,
  project: Project,
  observed: Observed,
  services: Services,
  recreate: readonly string[] = [],
): VolumeSteps {
  const made = new Map<string, DraftStep>();
  const recreated: RecreatedVolume[] = [];
  const known = new Map(observed.volumes.map((volume) => [volume.name, volume]));
  for (const key of usedVolumes(services)) {
    const volume = project.volumes[key];
    if (volume === undefined || volume.external === true) continue;
    const subject = { type: 'volume', key, name: volume.name } as const;
    const found = known.get(volume.name);
    if (found === undefined) made.set(key, draft.add({ kind: 'create-volume', subject, cause: 'not found' }));
    else if (!found.ours)
      draft.notes.push(
        `volume ${volume.name} was not made for this project and is used as it is; \`external: true\` would say so in the file`,
      );
    else if (differs(found.configHash, project.volumeHashes[key])) {
      if (!recreate.includes(key)) {
        draft.notes.push(`volume ${volume.name} was made with another configuration; it is kept as it is, with its data`);
        continue;
      }
      const users = observed.replicas
        .filter((replica) => replica.volumes.includes(volume.name))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const stranger = users.find((replica) => replica.oneOff || services[replica.service] === undefined);
      if (stranger !== undefined) {
        draft.notes.push(
          `volume ${volume.name} was made with another configuration; it is kept, because ${stranger.name} uses it`,
        );
        continue;
      }
      const cause = 'its configuration changed, and the loss of its data was agreed to';
      const remove = draft.add({ kind: 'remove-volume', subject, cause });
      made.set(key, draft.add({ kind: 'create-volume', subject, cause, after: [remove] }));
      recreated.push({ name: volume.name, users, remove });
    }
  }
  return { made, recreated };
}

/** Keys, in name order. */
export function usedVolumes(services: Services): string[] {
  return [...new Set(Object.values(services).flatMap(namedVolumes))].sort();
}
