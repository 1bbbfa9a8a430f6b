// Copies of secrets and configs in private folders, bound read-only: they never enter a layer, so commit and export can't leak them.

import { join } from 'node:path';
import { MusterError } from '#lib/errors.ts';
import type { Project, Service } from '#model/project.ts';
import type { Sources } from '#model/sources.ts';
import type { StagedMount } from '../create/recipe.ts';
import type { DockerSetting } from '../setting.ts';
import { stagedFileName, stagedFolder } from './place.ts';
import { type WantedFile, wantedFiles } from '../../stage/sources.ts';

export type Upload = WantedFile & { readonly bytes: Uint8Array };

export type StagedSources = {
  readonly mounts: readonly StagedMount[];
  /** To be put into the created container: files that can't be bound from here with the rights that they need. */
  readonly uploads: readonly Upload[];
  /** To be called once the container exists, or will not: until then the folders are kept from being cleaned up. */
  readonly release: () => void;
};

export type Wanting = {
  readonly project: Project;
  readonly service: string;
  readonly definition: Service;
  readonly sources: Sources;
};

/** Safe to repeat: a file that is there is left alone. */
export async function stageSources(
  setting: DockerSetting,
  { project, service, definition, sources }: Wanting,
): Promise<StagedSources> {
  const { heldFolders } = setting.memory;
  const held: string[] = [];
  const release = (): void => held.forEach((folder) => heldFolders.delete(folder));
  const mounts: StagedMount[] = [];
  const uploads: Upload[] = [];
  for (const file of wantedFiles(definition)) {
    const source = sources.get(file.key);
    if (source === undefined) throw missing(file, service);
    const folder = stagedFolder(setting, project, service, file, source.digest);
    heldFolders.add(folder);
    held.push(folder);
    if (setting.engine.isLocal && (await write(setting, folder, file, source.bytes)))
      mounts.push({ source: join(folder, stagedFileName), target: file.target });
    else uploads.push({ ...file, bytes: source.bytes });
  }
  return { mounts, uploads, release };
}

/** False when this user can't give the file the owner that it needs. */
async function write({ host }: DockerSetting, folder: string, file: WantedFile, bytes: Uint8Array): Promise<boolean> {
  const path = join(folder, stagedFileName);
  if (await host.exists(path)) return true;
  const owner = await ownerOf(host, file);
  if (owner === null) return false;
  await host.makeDirectory(folder, { mode: 0o700 });
  await host.writeFile(path, bytes, { mode: file.mode, ...owner });
  return true;
}

async function ownerOf(
  host: DockerSetting['host'],
  { uid, gid, mode }: WantedFile,
): Promise<{ uid?: number; gid?: number } | null> {
  const facts = await host.facts();
  if (facts.uid === 0) return { uid: uid ?? 0, gid: gid ?? 0 };
  // Readable by all and nobody named: the owner makes no difference.
  const isPublic = (mode & 0o004) !== 0;
  return isPublic && uid === null && gid === null ? {} : null;
}

function missing({ key }: WantedFile, service: string): MusterError {
  const [kind = '', name = ''] = key.split(':');
  return new MusterError('SOURCE_MISSING', `${kind} ${name} of service ${service} has no content`, {
    hint: `give it a file, environment or content in the Compose file`,
  });
}
