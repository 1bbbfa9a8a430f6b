// The `build:` section as BuildKit's Dockerfile frontend wants it.

import type { Build } from '#model/project.ts';
import { definedArgs, imageOfCache } from '../build-request.ts';
import type { BuildRequest } from '../build-request.ts';

/** `gateway`: what host-gateway means on the engine. */
export function frontendOptions(
  request: BuildRequest,
  surroundings: { readonly args: Readonly<Record<string, string>>; readonly gateway: string },
): Readonly<Record<string, string>> {
  const { build } = request;
  const optional: Record<string, string | undefined> = {
    target: build.target,
    platform: request.platform || build.platforms?.[0],
    'cache-from': build.cache_from?.map(imageOfCache).join(','),
    'force-network-mode': build.network === 'default' ? undefined : build.network,
    'add-hosts': build.extra_hosts?.map((entry) => hostOf(entry, surroundings.gateway)).join(','),
    'shm-size': build.shm_size,
    ulimit: ulimitsOf(build.ulimits),
  };
  return {
    ...Object.fromEntries(Object.entries(optional).filter((entry): entry is [string, string] => Boolean(entry[1]))),
    ...(request.noCache === true || build.no_cache === true ? { 'no-cache': '' } : {}),
    'image-resolve-mode': request.pull === true || build.pull === true ? 'pull' : 'local',
    ...prefixed('build-arg:', { ...surroundings.args, ...definedArgs(build) }),
    ...prefixed('label:', { ...build.labels, ...request.labels }),
  };
}

export function entitlementsOf(build: Build): string[] {
  const wanted = [...(build.entitlements ?? [])];
  if (build.network === 'host') wanted.push('network.host');
  if (build.privileged === true) wanted.push('security.insecure');
  return [...new Set(wanted)];
}

/** The only cache that every engine can write: into the image itself. */
export function wantsInlineCache(build: Build): boolean {
  return build.cache_to?.some((entry) => entry === 'inline' || entry.split(',').includes('type=inline')) === true;
}

/** `db=10.0.0.5`, `db:10.0.0.5`. */
function hostOf(entry: string, gateway: string): string {
  const [, name = '', address = ''] = /^([^=:]*)[=:](.*)$/.exec(entry) ?? [];
  return `${name}=${address === 'host-gateway' ? gateway : address.replace(/^\[(.*)\]$/, '$1')}`;
}

function ulimitsOf(ulimits: Build['ulimits']): string {
  return Object.entries(ulimits ?? {})
    .map(([name, limit]) => (typeof limit === 'number' ? `${name}=${limit}:${limit}` : `${name}=${limit.soft}:${limit.hard}`))
    .join(',');
}

const prefixed = (prefix: string, map: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [prefix + key, value]));
