// The `build:` section as POST /build wants it.

import type { Build } from '#model/project.ts';
import type { Json } from '#lib/canonical-json.ts';
import { definedArgs, imageNames, imageOfCache, isPresent } from './build-request.ts';
import type { BuildRequest } from './build-request.ts';

export function buildQuery(
  request: BuildRequest,
  args: Readonly<Record<string, string>>,
): Readonly<Record<string, Json | undefined>> {
  const { build } = request;
  const labels = { ...build.labels, ...request.labels };
  return {
    t: imageNames(request),
    rm: true,
    forcerm: true,
    nocache: request.noCache === true || build.no_cache === true || undefined,
    pull: request.pull === true || build.pull === true || undefined,
    buildargs: jsonUnlessEmpty({ ...args, ...definedArgs(build) }),
    labels: jsonUnlessEmpty(labels),
    cachefrom: build.cache_from?.length ? JSON.stringify(build.cache_from.map(imageOfCache)) : undefined,
    target: build.target || undefined,
    networkmode: build.network || undefined,
    extrahosts: build.extra_hosts?.map((entry) => entry.replace('=', ':')),
    shmsize: build.shm_size === undefined ? undefined : Number(build.shm_size),
    ulimits: build.ulimits === undefined ? undefined : JSON.stringify(ulimitsOf(build.ulimits)),
    isolation: build.isolation || undefined,
    platform: request.platform || build.platforms?.[0],
    memory: request.memoryBytes,
  };
}

/** What only misses a by-product is a warning. */
export function ignoredByProducts(build: Build, service: string): readonly string[] {
  const byProducts = ['cache_to', 'provenance', 'sbom'] as const;
  return byProducts
    .filter((key) => isPresent(build[key]) && build[key] !== 'false')
    .map((key) => `service "${service}": build.${key} has no effect: the Engine's own builder does not know it`);
}

const ulimitsOf = (ulimits: NonNullable<Build['ulimits']>): Json =>
  Object.entries(ulimits).map(([Name, limit]) =>
    typeof limit === 'number' ? { Name, Soft: limit, Hard: limit } : { Name, Soft: limit.soft, Hard: limit.hard },
  );

const jsonUnlessEmpty = (map: Readonly<Record<string, string>>): string | undefined =>
  Object.keys(map).length === 0 ? undefined : JSON.stringify(map);
