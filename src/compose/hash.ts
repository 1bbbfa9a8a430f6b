// Docker Compose's config hashes: sha256 of Go's JSON of the element. They are written as labels, and either tool compares them.

import type { Network, Service, Volume } from '#model/project.ts';
import { createHash } from 'node:crypto';
import { layoutStruct } from './layout.ts';
import { compactJson } from './print-json.ts';
import { network as networkType, service as serviceType, volume as volumeType } from './structs.ts';
import type { StructType } from './struct-types.ts';

/** What changes without replacing a replica is left out: how it is built, pulled, scaled, ordered. */
export function serviceHash(service: Service): string {
  const {
    build: _build,
    pull_policy: _pull,
    scale: _scale,
    depends_on: _dependsOn,
    profiles: _profiles,
    deploy,
    ...rest
  } = service;
  if (deploy === undefined) return hashOf(rest, serviceType);
  const { replicas: _replicas, ...settings } = deploy;
  return hashOf({ ...rest, deploy: settings }, serviceType);
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
