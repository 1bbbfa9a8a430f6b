// Docker Compose's config hashes: sha256 of Go's JSON of the element. They are written as labels, and either tool compares them.

import type { Deploy, HashRules, Network, Service, Volume, VolumeMount } from '#model/project.ts';
import { createHash } from 'node:crypto';
import { layoutStruct } from './layout.ts';
import { compactJson } from './print-json.ts';
import { network as networkType, service as serviceType, serviceOfV5, volume as volumeType } from './structs.ts';
import type { StructType } from './struct-types.ts';

/** What changes without replacing a replica is left out: how it is built, pulled, scaled, ordered. */
export function serviceHash(service: Service, rules: HashRules = '2.40'): string {
  const {
    build: _build,
    pull_policy: _pull,
    scale: _scale,
    depends_on: _dependsOn,
    profiles: _profiles,
    deploy,
    ...rest
  } = service;
  const hashed = deploy === undefined ? rest : { ...rest, deploy: withoutReplicas(deploy) };
  if (rules === '2.40') return hashOf(hashed, serviceType);
  return hashOf({ ...hashed, ...(hashed.volumes && { volumes: hashed.volumes.map(mountOfV5) }) }, serviceOfV5);
}

function withoutReplicas({ replicas: _replicas, ...settings }: Deploy): Deploy {
  return settings;
}

/** What is not said of `create_host_path` means yes to v5, and only a no is written. */
function mountOfV5(mount: VolumeMount): VolumeMount {
  if (mount.bind?.create_host_path !== true) return mount;
  const { create_host_path: _default, ...bind } = mount.bind;
  return { ...mount, bind };
}

export function networkHash(network: Network): string {
  return hashOf(network, networkType);
}

export function volumeHash(volume: Volume): string {
  return hashOf({ ...volume, driver: volume.driver ?? 'local' }, volumeType);
}

function hashOf(value: object, type: StructType): string {
  return createHash('sha256')
    .update(compactJson(layoutStruct(value, type, 'json')))
    .digest('hex');
}
