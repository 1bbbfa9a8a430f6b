// Volumes of an `up`: missing ones are made. One whose configuration changed holds data, so it is kept unless its loss was agreed to.

import type { Observed, ObservedReplica } from '#model/observed.ts';
import type { Project } from '#model/project.ts';
import type { Services } from './dependencies.ts';
import { namedVolumes } from './diverged.ts';
import type { DraftStep, PlanDraft } from './draft.ts';
import { type Used, differs, onRuntime, usedIn } from './networks.ts';

export type VolumeSteps = {
  /** By runtime and key (`onRuntime`). */
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
    const diverged = observed.volumes.some(
      (found) =>
        found.name === volume.name &&
        found.ours &&
        volume.external !== true &&
        differs(found.configHash, project.volumeHashes[key]),
    );
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
  const known = new Map(observed.volumes.map((volume) => [onRuntime(volume.runtime, volume.name), volume]));
  for (const { runtime, key } of usedVolumes(services)) {
    const volume = project.volumes[key];
    if (volume === undefined || volume.external === true) continue;
    const about = { runtime, subject: { type: 'volume', key, name: volume.name } } as const;
    const found = known.get(onRuntime(runtime, volume.name));
    if (found === undefined)
      made.set(onRuntime(runtime, key), draft.add({ ...about, kind: 'create-volume', cause: 'not found' }));
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
        .filter((replica) => replica.runtime === runtime && replica.volumes.includes(volume.name))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const stranger = users.find((replica) => replica.oneOff || services[replica.service] === undefined);
      if (stranger !== undefined) {
        draft.notes.push(
          `volume ${volume.name} was made with another configuration; it is kept, because ${stranger.name} uses it`,
        );
        continue;
      }
      const cause = 'its configuration changed, and the loss of its data was agreed to';
      const remove = draft.add({ ...about, kind: 'remove-volume', cause });
      made.set(onRuntime(runtime, key), draft.add({ ...about, kind: 'create-volume', cause, after: [remove] }));
      recreated.push({ name: volume.name, users, remove });
    }
  }
  return { made, recreated };
}

/** In name order. */
export function usedVolumes(services: Services): Used[] {
  return usedIn(services, namedVolumes);
}
