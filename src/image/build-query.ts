// The `build:` section as POST /build wants it, and what of it the Engine's own builder can't do.

import type { Build } from '#model/project.ts';
import type { Json } from '#lib/canonical-json.ts';
import { MusterError } from '#lib/errors.ts';

export type BuildRequest = {
  readonly service: string;
  readonly build: Build;
  /** The image's name; `build.tags` are added. */
  readonly tag: string;
  /** Added to `build.labels`. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly noCache?: boolean;
  /** Look for newer base images. */
  readonly pull?: boolean;
  readonly platform?: string;
  /** `--memory` of `build`, bytes. */
  readonly memoryBytes?: number;
};

export function buildQuery(
  request: BuildRequest,
  args: Readonly<Record<string, string>>,
): Readonly<Record<string, Json | undefined>> {
  const { build } = request;
  const labels = { ...build.labels, ...request.labels };
  return {
    t: [...new Set([request.tag, ...(build.tags ?? [])])],
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

/** What would give another image than the file asks for is an error; what only misses a by-product is a warning. */
export function checkBuildKeys({ service, build, platform }: BuildRequest): readonly string[] {
  const refuse = (key: string, hint: string): MusterError =>
    new MusterError('UNSUPPORTED', `service "${service}": build.${key} needs BuildKit, which muster does not drive yet`, {
      hint,
    });
  if (build.secrets?.length)
    throw refuse('secrets', 'build this image with docker buildx and name it with image:, or leave the secrets out');
  if (isPresent(build.ssh)) throw refuse('ssh', 'build this image with docker buildx and name it with image:');
  if (isPresent(build.additional_contexts)) throw refuse('additional_contexts', 'copy what is needed into the context');
  if (build.privileged === true) throw refuse('privileged', 'build this image with docker buildx and name it with image:');
  if (platform === undefined && (build.platforms?.length ?? 0) > 1)
    throw refuse('platforms with more than one platform', 'name one platform');

  const byProducts = ['cache_to', 'provenance', 'sbom', 'entitlements'] as const;
  return byProducts
    .filter((key) => isPresent(build[key]) && build[key] !== 'false')
    .map((key) => `service "${service}": build.${key} has no effect: the Engine's own builder does not know it`);
}

const isPresent = (value: unknown): boolean =>
  value !== undefined && value !== null && (typeof value !== 'object' || Object.keys(value).length > 0);

function definedArgs(build: Build): Record<string, string> {
  const defined: Record<string, string> = {};
  for (const [name, value] of Object.entries(build.args ?? {})) if (value !== null) defined[name] = value;
  return defined;
}

/** BuildKit's `type=registry,ref=team/app:cache` names an image too. */
function imageOfCache(entry: string): string {
  const ref = entry.split(',').find((part) => part.startsWith('ref='));
  return ref === undefined ? entry : ref.slice('ref='.length);
}

const ulimitsOf = (ulimits: NonNullable<Build['ulimits']>): Json =>
  Object.entries(ulimits).map(([Name, limit]) =>
    typeof limit === 'number' ? { Name, Soft: limit, Hard: limit } : { Name, Soft: limit.soft, Hard: limit.hard },
  );

const jsonUnlessEmpty = (map: Readonly<Record<string, string>>): string | undefined =>
  Object.keys(map).length === 0 ? undefined : JSON.stringify(map);
