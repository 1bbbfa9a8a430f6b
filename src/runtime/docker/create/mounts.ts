// Volumes of every type -> binds (the engine's older form) and mounts (the newer one). Each can do things that the other can't.

import type { HostConfig, MountRequest } from '#engine/api/container.ts';
import { MusterError } from '#lib/errors.ts';
import type { VolumeMount } from '#model/project.ts';
import { firstReplica } from './namespaces.ts';
import type { Recipe } from './recipe.ts';
import { numberOf } from './units.ts';

const apiSocket = '/var/run/docker.sock';

export function mountSettings(recipe: Recipe): HostConfig {
  const { definition: service, staged } = recipe;
  const binds: string[] = [];
  const mounts: MountRequest[] = [];
  for (const volume of service.volumes ?? []) {
    const made = translate(volume, recipe);
    if (typeof made === 'string') binds.push(made);
    else mounts.push(made);
  }
  if (service.use_api_socket === true) binds.push(`${apiSocket}:${apiSocket}:rw`);
  for (const { source, target } of staged) mounts.push({ Type: 'bind', Source: source, Target: target, ReadOnly: true });
  mounts.push(...imageVolumes(recipe));
  const from = volumesFrom(recipe);
  return {
    Binds: binds.length > 0 ? binds : undefined,
    Mounts: mounts.length > 0 ? mounts : undefined,
    Tmpfs: tmpfs(service.tmpfs),
    VolumesFrom: from.length > 0 ? from : undefined,
  };
}

function translate(volume: VolumeMount, recipe: Recipe): string | MountRequest {
  switch (volume.type) {
    case 'bind':
      return bind(volume, recipe);
    case 'volume':
      return volume.source === undefined || volume.source === '' ? anonymous(volume, recipe) : named(volume, recipe);
    case 'tmpfs':
      return {
        ...common(volume),
        Type: 'tmpfs',
        TmpfsOptions: volume.tmpfs && { SizeBytes: numberOf(volume.tmpfs.size), Mode: volume.tmpfs.mode },
      };
    case 'image':
      requireAbility(recipe.abilities.imageMounts, 'a volume of type image', '28 or newer (API 1.48)');
      return {
        ...common(volume),
        Type: 'image',
        Source: volume.source,
        ImageOptions: volume.image?.subpath ? { Subpath: volume.image.subpath } : undefined,
      };
    case 'npipe':
    case 'cluster':
      return { ...common(volume), Type: volume.type, Source: volume.source };
    default:
      throw new MusterError('UNSUPPORTED', `volumes of type ${volume.type} are not known`, {
        hint: 'use bind, volume, tmpfs or image',
      });
  }
}

const common = (volume: VolumeMount): Pick<MountRequest, 'Target' | 'ReadOnly' | 'Consistency'> => ({
  Target: volume.target ?? '',
  ReadOnly: volume.read_only === true ? true : undefined,
  Consistency: volume.consistency,
});

/** The long form makes a missing source too, unless it has a bind section that does not ask for it. */
const createsSource: NonNullable<VolumeMount['bind']> = { create_host_path: true };

/** Only a bind makes a missing source on every engine; only a mount knows propagation and recursion. */
function bind(volume: VolumeMount, { abilities }: Recipe): string | MountRequest {
  const { propagation, recursive, selinux, create_host_path: createSource } = volume.bind ?? createsSource;
  const needsMount = recursive !== undefined || (propagation !== undefined && abilities.createMountpoint);
  if (createSource === true && !needsMount) return bindText(volume, volume.source ?? '', selinux, propagation);
  requireAbility(recursive !== 'readonly' || abilities.severalNetworks, 'bind.recursive: readonly', '25 or newer (API 1.44)');
  return {
    ...common(volume),
    Type: 'bind',
    Source: volume.source,
    BindOptions: {
      Propagation: propagation,
      NonRecursive: recursive === 'disabled' ? true : undefined,
      ReadOnlyNonRecursive: recursive === 'writable' ? true : undefined,
      ReadOnlyForceRecursive: recursive === 'readonly' ? true : undefined,
      CreateMountpoint: createSource === true && abilities.createMountpoint ? true : undefined,
    },
  };
}

function named(volume: VolumeMount, recipe: Recipe): string | MountRequest {
  // Volumes that the file does not declare can't come here: the loader refuses them.
  const name = recipe.project.volumes[volume.source ?? '']?.name ?? volume.source ?? '';
  const { nocopy, subpath, labels } = volume.volume ?? {};
  if (nocopy !== true && !subpath && labels === undefined) return bindText(volume, name, volume.bind?.selinux);
  requireAbility(!subpath || recipe.abilities.volumeSubpath, 'volume.subpath', '26 or newer (API 1.45)');
  return { ...common(volume), Type: 'volume', Source: name, VolumeOptions: { NoCopy: nocopy, Labels: labels, Subpath: subpath } };
}

/** Its data stays when the container is replaced. */
function anonymous(volume: VolumeMount, { inherited }: Recipe): MountRequest {
  const kept = inherited[volume.target ?? ''];
  return {
    ...common(volume),
    Type: 'volume',
    Source: kept?.volume,
    VolumeOptions: { NoCopy: volume.volume?.nocopy, Labels: volume.volume?.labels },
  };
}

/** Volumes that the image declares and the service does not mention: the engine would make new, empty ones. */
function imageVolumes({ definition: service, inherited }: Recipe): MountRequest[] {
  const mentioned = new Set([
    ...(service.volumes ?? []).map((volume) => volume.target),
    ...(service.tmpfs ?? []).map((entry) => entry.split(':')[0]),
  ]);
  return Object.entries(inherited)
    .filter(([target]) => !mentioned.has(target))
    .map(([target, { volume, readOnly }]) => ({
      Type: 'volume',
      Source: volume,
      Target: target,
      ReadOnly: readOnly ? true : undefined,
    }));
}

function bindText(volume: VolumeMount, source: string, ...options: (string | undefined)[]): string {
  const mode = [volume.read_only === true ? 'ro' : 'rw', ...options].filter((option) => option !== undefined && option !== '');
  return `${source}:${volume.target ?? ''}:${mode.join(',')}`;
}

/** `/run:size=64k` */
function tmpfs(entries: readonly string[] | undefined): HostConfig['Tmpfs'] {
  if (entries === undefined || entries.length === 0) return undefined;
  return Object.fromEntries(
    entries.map((entry) => {
      const [target = entry, ...options] = entry.split(':');
      return [target, options.join(':')];
    }),
  );
}

/** `db:ro`, `container:legacy`. Docker Compose drops the mode; a container that asked for `ro` gets it here. */
function volumesFrom(recipe: Recipe): string[] {
  return (recipe.definition.volumes_from ?? []).map((entry) => {
    if (entry.startsWith('container:')) return entry.slice('container:'.length);
    const [service = entry, mode] = entry.split(':');
    const { id } = firstReplica(service, recipe);
    return mode === undefined ? id : `${id}:${mode}`;
  });
}

function requireAbility(has: boolean, what: string, engine: string): void {
  if (has) return;
  throw new MusterError('UNSUPPORTED', `${what} needs Docker Engine ${engine}`, {
    hint: 'update the engine, or mount it another way',
  });
}
