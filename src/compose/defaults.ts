// Defaults that belong to the model itself, set once all files are merged.

import { isMapping, type Mapping, type Tree } from './tree.ts';

export function setDefaults(root: Mapping): void {
  for (const service of mappingsIn(root['services'])) {
    if (isMapping(service['build'])) service['build']['context'] ??= '.';
    for (const secret of itemsIn(service['secrets'])) {
      if (secret['target'] === undefined && typeof secret['source'] === 'string')
        secret['target'] = `/run/secrets/${secret['source']}`;
    }
    for (const port of itemsIn(service['ports'])) {
      port['protocol'] ??= 'tcp';
      port['mode'] ??= 'ingress';
    }
    for (const request of itemsIn(service['gpus'])) setDeviceCount(request);
    for (const request of itemsIn(at(service, 'deploy', 'resources', 'reservations', 'devices'))) setDeviceCount(request);
  }
}

/** Neither a number nor ids: all of them. */
function setDeviceCount(request: Mapping): void {
  if (!('count' in request) && !('device_ids' in request)) request['count'] = 'all';
}

export function at(value: Tree | undefined, ...keys: string[]): Tree | undefined {
  let node = value;
  for (const key of keys) node = isMapping(node) ? node[key] : undefined;
  return node;
}

export function mappingsIn(value: Tree | undefined): Mapping[] {
  return isMapping(value) ? Object.values(value).filter(isMapping) : [];
}

export function itemsIn(value: Tree | undefined): Mapping[] {
  return Array.isArray(value) ? value.filter(isMapping) : [];
}
