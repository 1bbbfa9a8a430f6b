import type { VolumeCreate } from '#engine/api/volume.ts';
import type { Project } from '#model/project.ts';
import { volumeLabels } from '../../labels.ts';

/** `key`: the volume's name in the Compose file. */
export function volumeBody(project: Project, key: string): VolumeCreate {
  const volume = project.volumes[key];
  return {
    Name: volume?.name ?? key,
    Driver: volume?.driver,
    DriverOpts: volume?.driver_opts,
    Labels: volumeLabels(project, key),
  };
}
