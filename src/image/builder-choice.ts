// Which of the engine's two builders a build needs: BuildKit, unless only the classic one can do what the file asks for.

import { MusterError } from '#lib/errors.ts';
import { isPresent } from './build-request.ts';
import type { BuildRequest } from './build-request.ts';

/** Keys with what makes them need it: `build.secrets`, `build.network: backend`. */
export type BuilderNeeds = { readonly buildKit: readonly string[]; readonly classic: readonly string[] };

/** `newFrontend`: the engine's own Dockerfile frontend knows limits and gateways, as Docker Engine 23's does. */
export function builderNeeds({ build, memoryBytes }: BuildRequest, newFrontend: boolean): BuilderNeeds {
  const old = (present: boolean): boolean => present && !newFrontend;
  return {
    buildKit: (['secrets', 'ssh', 'additional_contexts', 'entitlements', 'privileged'] as const)
      .filter((key) => isPresent(build[key]) && build[key] !== false)
      .map((key) => `build.${key}`),
    classic: [
      ...(isOwnNetwork(build.network) ? [`build.network: ${build.network}`] : []),
      ...(build.isolation ? ['build.isolation'] : []),
      ...(old(build.shm_size !== undefined) ? ['build.shm_size'] : []),
      ...(old(isPresent(build.ulimits)) ? ['build.ulimits'] : []),
      ...(old(build.extra_hosts?.some((entry) => entry.endsWith('host-gateway')) === true)
        ? ['host-gateway in build.extra_hosts']
        : []),
      ...(old(/#[^:]*:./.test(build.context ?? '')) ? ['a folder of a repository as build.context'] : []),
      ...(memoryBytes === undefined ? [] : ['--memory']),
    ],
  };
}

/** DOCKER_BUILDKIT as Docker's own client reads it. */
export function isBuildKitOff(value: string | undefined): boolean {
  return value !== undefined && /^(0|f|F|false|FALSE|False)$/.test(value);
}

export function refuseBuildKitKeys(service: string, keys: readonly string[], why: string): void {
  if (keys.length === 0) return;
  throw new MusterError(
    'UNSUPPORTED',
    `service "${service}": ${keys.join(', ')} ${keys.length === 1 ? 'needs' : 'need'} BuildKit, ${why}`,
    {
      hint: 'leave it out, or build the image elsewhere and name it with image:',
    },
  );
}

/** Networks that BuildKit can give to a step. */
const isOwnNetwork = (network: string | undefined): boolean =>
  network !== undefined && !['', 'default', 'host', 'none'].includes(network);
