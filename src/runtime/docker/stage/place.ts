// Where staged copies live: <directory>/staged/<project>/<service>/<content and rights>/content, each folder private.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Project } from '#model/project.ts';
import type { SourceKey } from '#model/sources.ts';
import type { DockerSetting } from '../setting.ts';
import type { WantedFile } from '../../stage/sources.ts';

type Directories = Pick<DockerSetting, 'stateDirectory' | 'runtimeDirectory'>;

export const stagedFileName = 'content';

/** A changed content or right is another path, so that a container keeps the file that it was made with. */
export function stagedFolder(
  directories: Directories,
  project: Project,
  service: string,
  file: WantedFile,
  digest: string,
): string {
  const identity = [digest, file.mode.toString(8), file.uid ?? '', file.gid ?? ''].join(' ');
  const name = createHash('sha256').update(identity).digest('hex').slice(0, 16);
  return join(baseFor(directories, project, file.key), 'staged', project.name, service, name);
}

/** A staged secret is as durable as its source: what is on no disk stays on none. */
function baseFor({ stateDirectory, runtimeDirectory }: Directories, project: Project, key: SourceKey): string {
  const name = key.slice(key.indexOf(':') + 1);
  const source = key.startsWith('secret:') ? project.secrets[name] : project.configs[name];
  return source?.environment === undefined ? stateDirectory : runtimeDirectory;
}

export function serviceFolders(directories: Directories, project: string, service: string): string[] {
  return [...new Set([directories.stateDirectory, directories.runtimeDirectory])].map((base) =>
    join(base, 'staged', project, service),
  );
}
