// Builds one image on the engine, with the builder that fits.

import { refusalOf } from '#engine/engine.ts';
import type { Engine } from '#engine/engine.ts';
import { MusterError } from '#lib/errors.ts';
import type { BuildContext, BuildRequest, BuiltImage } from './build-request.ts';
import { builderNeeds, isBuildKitOff, refuseBuildKitKeys } from './builder-choice.ts';
import { GrpcClient } from './buildkit/grpc-client.ts';

/** Throws BUILD_INPUT and UNSUPPORTED before anything is built, BUILD_FAILED with the failing step's last lines. */
export async function buildImage(engine: Engine, request: BuildRequest, context: BuildContext): Promise<BuiltImage> {
  refuseSeveralPlatforms(request);
  const newFrontend = await engine.supports('1.42');
  const needs = builderNeeds(request, newFrontend);
  const whyClassic = await classicReason(engine, needs.classic, context);
  if (typeof whyClassic !== 'string') {
    const { buildWithBuildKit } = await import('./buildkit/build.ts');
    try {
      return await buildWithBuildKit({ engine, client: whyClassic, newFrontend }, request, context);
    } finally {
      whyClassic.close();
    }
  }
  refuseBuildKitKeys(request.service, needs.buildKit, whyClassic);
  const { buildClassically } = await import('./classic-build.ts');
  return buildClassically(engine, request, context);
}

/** A connection to BuildKit, or the reason to go without. */
async function classicReason(
  engine: Engine,
  classicKeys: readonly string[],
  { environment, signal }: BuildContext,
): Promise<GrpcClient | string> {
  if (isBuildKitOff(environment['DOCKER_BUILDKIT'])) return `which DOCKER_BUILDKIT=${environment['DOCKER_BUILDKIT']} turns off`;
  if (classicKeys.length > 0) return `and ${classicKeys.join(', ')} the classic builder`;
  const connection = await engine
    .hijack({ path: '/grpc', method: 'POST', headers: { upgrade: 'h2c' }, signal })
    .catch((error: unknown) => {
      if (refusalOf(error) === null) throw error;
      return null;
    });
  return connection === null ? `which the engine at ${engine.endpoint} does not have` : new GrpcClient(connection);
}

function refuseSeveralPlatforms({ service, build, platform }: BuildRequest): void {
  if (platform !== undefined || (build.platforms?.length ?? 0) <= 1) return;
  throw new MusterError('UNSUPPORTED', `service "${service}": build.platforms has more than one platform`, {
    hint: 'name one platform: the engine keeps one image under a name',
  });
}
