// Builds one image with BuildKit: the engine solves, and asks us over a session for what it needs from this machine.

import { createHash, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Engine } from '#engine/engine.ts';
import { cancelledBy } from '#lib/cancel.ts';
import { MusterError } from '#lib/errors.ts';
import { buildFailure } from '../build-failure.ts';
import { ignoredByProducts } from '../build-query.ts';
import { imageNames } from '../build-request.ts';
import type { BuildContext, BuildRequest, BuiltImage } from '../build-request.ts';
import { inspectImage, removeImage } from '../local-images.ts';
import { BuildLog } from './build-log.ts';
import type { ContextStage } from './context-stages.ts';
import { fileSync } from './file-sync.ts';
import { entitlementsOf, wantsInlineCache } from './frontend-options.ts';
import { GrpcError } from './grpc.ts';
import { CutOff } from './grpc-client.ts';
import type { GrpcClient } from './grpc-client.ts';
import { namedContexts } from './named-contexts.ts';
import type { NamedContext } from './named-contexts.ts';
import { registryAuth } from './registry-auth.ts';
import { secretStore } from './secrets.ts';
import { openSession } from './session.ts';
import { solve, watchSolve } from './solve.ts';
import { solveSources } from './solve-sources.ts';
import type { SolveSources } from './solve-sources.ts';
import { openSshAgents } from './ssh-agents.ts';
import { sshForward } from './ssh-forward.ts';

export type BuildKit = {
  readonly engine: Engine;
  readonly client: GrpcClient;
  /** Its Dockerfile frontend knows named contexts, as Docker Engine 23's does. */
  readonly newFrontend: boolean;
};

/** Throws BUILD_INPUT and UNSUPPORTED before anything is built, BUILD_FAILED with the failing step's last lines. */
export async function buildWithBuildKit(kit: BuildKit, request: BuildRequest, context: BuildContext): Promise<BuiltImage> {
  const contexts = await namedContexts(request.build, request.service);
  const made = kit.newFrontend ? null : await contextImages(kit, request, contexts, context);
  try {
    await withAgents(kit, request, await solveSources(kit, request, { contexts, stages: made?.stages ?? [] }, context), context);
  } finally {
    await made?.remove();
  }
  const image = await inspectImage(kit.engine, request.tag, context.signal);
  if (image === null) throw buildFailure(request.service, 'the builder ended without an image', { place: '', lastLines: [] });
  return { imageId: image.Id, warnings: warningsOf(request) };
}

async function withAgents(kit: BuildKit, request: BuildRequest, sources: SolveSources, context: BuildContext): Promise<void> {
  const { signal, environment } = context;
  const agents = await openSshAgents(request.build.ssh ?? [], { service: request.service, environment, signal });
  let unreadable: unknown = null;
  try {
    const methods = {
      ...fileSync(sources.folders, (error) => (unreadable ??= error)),
      ...registryAuth(environment, signal),
      ...secretStore(request.secrets ?? new Map<string, Uint8Array>()),
      ...sshForward(agents.sockets),
    };
    const session = await openSession(kit.engine, { methods, sharedKey: sharedKeyOf(request), signal });
    try {
      await follow(kit.client, request, { session: session.id, options: sources.options }, context);
    } finally {
      session.close();
    }
  } catch (error) {
    throw unreadable ?? error;
  } finally {
    await agents.close();
  }
}

async function follow(
  client: GrpcClient,
  request: BuildRequest,
  { session, options }: { readonly session: string; readonly options: Readonly<Record<string, string>> },
  { signal, output, progress }: BuildContext,
): Promise<void> {
  const { service, build } = request;
  const ref = randomUUID();
  const log = new BuildLog();
  const watching = (async () => {
    for await (const status of watchSolve(client, ref)) {
      const before = log.current;
      for (const line of log.add(status)) output(line);
      if (log.current !== before) progress?.(log.current);
    }
    for (const line of log.end()) output(line);
  })();
  // It fails as the build does, and the build says why.
  watching.catch(() => {});
  try {
    await solve(client, {
      ref,
      session,
      frontend: options,
      tags: imageNames(request),
      entitlements: entitlementsOf(build),
      inlineCache: wantsInlineCache(build),
    });
  } catch (error) {
    if (signal.aborted) throw cancelledBy(signal);
    if (error instanceof MusterError) throw error;
    if (!(error instanceof GrpcError)) throw isConnectionError(error) ? lostEngine(service, error) : error;
    // A build that was refused before it began has no status, and some engines wait for one without end.
    if (log.hasBegun) await watching.catch(() => {});
    const step = log.failure();
    throw buildFailure(service, step?.reason ?? error.message, step ?? { place: '', lastLines: [] }, error);
  }
  await watching.catch(() => {});
}

/** Sockets, streams and HTTP/2 give their errors a code; bugs have none. */
const isConnectionError = (error: unknown): error is Error =>
  error instanceof CutOff || (error instanceof Error && 'code' in error);

type ContextImages = { readonly stages: readonly ContextStage[]; remove(): Promise<void> };

/** For a frontend without named contexts: an image of each folder, for as long as the build takes. */
async function contextImages(
  kit: BuildKit,
  { service }: BuildRequest,
  contexts: readonly NamedContext[],
  context: BuildContext,
): Promise<ContextImages> {
  const stages: ContextStage[] = [];
  const tags: string[] = [];
  const remove = async (): Promise<void> => {
    for (const tag of tags) await removeImage(kit.engine, tag).catch(() => false);
  };
  try {
    for (const named of contexts) {
      if (named.kind === 'remote') throw remoteContext(service, named.name);
      if (named.kind === 'image') stages.push({ name: named.name, image: named.reference });
      else {
        const tag = `muster-context:${randomUUID()}`;
        const build = { context: named.path, dockerfile_inline: 'FROM scratch\nCOPY . /\n' };
        tags.push(tag);
        await buildWithBuildKit(kit, { service, build, tag }, context);
        stages.push({ name: named.name, image: tag });
      }
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return { stages, remove };
}

function remoteContext(service: string, name: string): MusterError {
  return new MusterError(
    'UNSUPPORTED',
    `service "${service}": build.additional_contexts.${name} is remote, which needs Docker Engine 23`,
    {
      hint: 'use a newer engine, or get it here first and name the folder',
    },
  );
}

function lostEngine(service: string, cause: Error): MusterError {
  return new MusterError('ENGINE_LOST', `the engine went away in the middle of the build of service "${service}"`, {
    hint: 'see whether it was restarted or crashed, then run the command again: finished steps are in its cache',
    cause,
  });
}

function warningsOf({ build, service, secrets }: BuildRequest): readonly string[] {
  const { cache_to, ...rest } = build;
  const mounts = build.secrets ?? [];
  const owned =
    secrets !== undefined && mounts.some(({ uid, gid, mode }) => uid !== undefined || gid !== undefined || mode !== undefined);
  return [
    ...ignoredByProducts({ ...rest, ...(wantsInlineCache(build) ? {} : { cache_to }) }, service),
    ...(owned
      ? [`service "${service}": uid, gid and mode of build.secrets have no effect: the Dockerfile says them in RUN --mount`]
      : []),
  ];
}

/** What was sent for this folder before is not sent again. */
function sharedKeyOf({ build }: BuildRequest): string {
  return createHash('sha256')
    .update([hostname(), process.getuid?.() ?? '', build.context ?? ''].join('\0'))
    .digest('hex');
}
