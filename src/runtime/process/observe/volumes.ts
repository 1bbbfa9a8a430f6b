import { label } from '#model/labels.ts';
import type { ObservedVolume } from '#model/observed.ts';
import type { ObserveQuery } from '../../runtime.ts';
import type { ProcessSetting } from '../setting.ts';
import { isOfProject, storedVolumes } from '../volume-store.ts';

/** Ours by label, others by the names that are wanted. */
export async function observeVolumes(setting: ProcessSetting, { project, wanted }: ObserveQuery): Promise<ObservedVolume[]> {
  const names = new Set(Object.values(wanted?.volumes ?? {}).map((volume) => volume.name));
  return (await storedVolumes(setting))
    .filter((volume) => isOfProject(volume, project) || names.has(volume.name))
    .map((volume) => {
      const ours = isOfProject(volume, project);
      return {
        runtime: setting.name,
        name: volume.name,
        key: ours ? (volume.labels[label.volume] ?? '') : '',
        configHash: volume.labels[label.configHash] ?? '',
        ours,
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
