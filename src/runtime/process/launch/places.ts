// Where a native program finds what a container would have mounted. Nothing is mounted: variables say where things are.
//
//   secret or config   MUSTER_SECRETS_DIR/<name>, MUSTER_CONFIGS_DIR/<name>
//   named volume       MUSTER_VOLUME_<KEY>
//   bind               the source itself; MUSTER_MOUNT_<TARGET> where its target is another path

import { basename, join } from 'node:path';
import type { FileMount, Service, VolumeMount } from '#model/project.ts';
import type { SourceKey } from '#model/sources.ts';
import type { ReplicaDirectories } from './launch-facts.ts';

export type Places = {
  readonly variables: Readonly<Record<string, string>>;
  /** Path in a container -> path here. */
  readonly byTarget: Readonly<Record<string, string>>;
};

/** A file to be staged for a replica. */
export type StagedFile = {
  readonly key: SourceKey;
  readonly path: string;
  readonly mode: number;
  /** null: the user that the program runs as. */
  readonly uid: number | null;
  readonly gid: number | null;
};

export function placesOf(service: Service, directories: ReplicaDirectories): Places {
  const byTarget: Record<string, string> = {};
  const variables: Record<string, string> = {};
  if ((service.secrets ?? []).length > 0) variables['MUSTER_SECRETS_DIR'] = directories.secrets;
  if ((service.configs ?? []).length > 0) variables['MUSTER_CONFIGS_DIR'] = directories.configs;
  for (const mount of service.secrets ?? []) byTarget[containerTarget(mount, '/run/secrets/')] = secretPath(mount, directories);
  for (const mount of service.configs ?? []) byTarget[containerTarget(mount, '/')] = configPath(mount, directories);
  for (const mount of service.volumes ?? []) {
    const place = placeOf(mount, directories);
    if (place === undefined) continue;
    byTarget[mount.target ?? ''] = place;
    const name = mount.type === 'volume' ? `MUSTER_VOLUME_${variableWord(mount.source ?? '')}` : mountVariable(mount);
    if (name !== null) variables[name] = place;
  }
  return { variables, byTarget };
}

function placeOf(mount: VolumeMount, { volumes }: ReplicaDirectories): string | undefined {
  if (mount.type === 'bind') return mount.source;
  if (mount.type !== 'volume' || mount.source === undefined) return undefined;
  const folder = volumes[mount.source];
  return folder === undefined ? undefined : join(folder, mount.volume?.subpath ?? '');
}

const mountVariable = ({ source, target = '' }: VolumeMount): string | null =>
  source === target ? null : `MUSTER_MOUNT_${variableWord(target)}`;

/** `db-data` -> DB_DATA, `/srv/web` -> SRV_WEB. */
export function variableWord(text: string): string {
  return text
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');
}

export function stagedFiles(service: Service, directories: ReplicaDirectories): StagedFile[] {
  return [
    ...(service.secrets ?? []).map((mount) => stagedFile(mount, `secret:${mount.source}`, secretPath(mount, directories))),
    ...(service.configs ?? []).map((mount) => stagedFile(mount, `config:${mount.source}`, configPath(mount, directories))),
  ];
}

function stagedFile({ mode, uid, gid }: FileMount, key: SourceKey, path: string): StagedFile {
  return { key, path, mode: mode === undefined ? 0o600 : Number.parseInt(mode, 8), uid: idOf(uid), gid: idOf(gid) };
}

const secretPath = (mount: FileMount, { secrets }: ReplicaDirectories): string => join(secrets, fileName(mount));
const configPath = (mount: FileMount, { configs }: ReplicaDirectories): string => join(configs, fileName(mount));

/** The last word of the target, so that `/etc/app/app.conf` is `app.conf`; the name in the file without one. */
function fileName({ source, target = '' }: FileMount): string {
  const name = basename(target);
  return name === '' || name === '.' || name === '..' ? source : name;
}

function containerTarget({ source, target = '' }: FileMount, folder: string): string {
  const wanted = target === '' ? source : target;
  return wanted.startsWith('/') ? wanted : folder + wanted;
}

const idOf = (text: string | undefined): number | null => (text === undefined || !/^\d+$/.test(text) ? null : Number(text));
