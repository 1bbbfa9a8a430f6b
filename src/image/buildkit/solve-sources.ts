// Where BuildKit finds a build's sources: folders that we serve, and options that name the others.

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { proxyVariables } from '#engine/proxies.ts';
import { MusterError } from '#lib/errors.ts';
import { buildSourceOf } from '../build-input.ts';
import type { BuildSource } from '../build-input.ts';
import type { BuildContext, BuildRequest } from '../build-request.ts';
import type { BuildKit } from './build.ts';
import { withContextStages } from './context-stages.ts';
import type { ContextStage } from './context-stages.ts';
import type { Folder } from './file-sync.ts';
import { folderAt, folderOf } from './folders.ts';
import { frontendOptions } from './frontend-options.ts';
import type { NamedContext } from './named-contexts.ts';
import { workerLabels } from './solve.ts';

export type SolveSources = {
  readonly folders: Readonly<Record<string, Folder>>;
  /** What the Dockerfile frontend is told. */
  readonly options: Readonly<Record<string, string>>;
};

export type SolveContexts = {
  readonly contexts: readonly NamedContext[];
  /** In place of `contexts` where the frontend does not know them. */
  readonly stages: readonly ContextStage[];
};

/** Throws BUILD_INPUT with the path that is missing. */
export async function solveSources(
  kit: BuildKit,
  request: BuildRequest,
  named: SolveContexts,
  { environment }: BuildContext,
): Promise<SolveSources> {
  const { build, service } = request;
  const source = await buildSourceOf(build, service);
  const main = source.kind === 'remote' ? remoteSources(source) : await localSources(source, named.stages, service);
  const others = kit.newFrontend ? contextSources(named.contexts) : { folders: {}, options: {} };
  const options = frontendOptions(request, {
    args: proxyVariables(environment, kit.engine.endpoint),
    gateway: await gatewayFor(kit, request),
  });
  return { folders: { ...main.folders, ...others.folders }, options: { ...options, ...main.options, ...others.options } };
}

function remoteSources({ remote, dockerfile }: Extract<BuildSource, { kind: 'remote' }>): SolveSources {
  return { folders: {}, options: { context: remote, filename: dockerfile } };
}

async function localSources(
  { context, dockerfile }: Extract<BuildSource, { kind: 'local' }>,
  stages: readonly ContextStage[],
  service: string,
): Promise<SolveSources> {
  const texts = 'text' in dockerfile ? { Dockerfile: dockerfile.text } : await dockerfileTexts(dockerfile.path);
  const [filename = ''] = Object.keys(texts);
  const changed = { ...texts, [filename]: withContextStages(texts[filename] ?? '', stages, service) };
  return { folders: { context: folderAt(context), dockerfile: folderOf(changed) }, options: { filename } };
}

/** The Dockerfile, and the ignore file of its own. */
async function dockerfileTexts(path: string): Promise<Record<string, string>> {
  const texts = { [basename(path)]: await readFile(path, 'utf8') };
  const ignore = await readFile(`${path}.dockerignore`, 'utf8').catch(() => null);
  return ignore === null ? texts : { ...texts, [`${basename(path)}.dockerignore`]: ignore };
}

/** `context` and `dockerfile` are taken by the main ones. */
function contextSources(contexts: readonly NamedContext[]): SolveSources {
  const folders: Record<string, Folder> = {};
  const options: Record<string, string> = {};
  for (const context of contexts) {
    const { name } = context;
    if (context.kind === 'folder') {
      const local = name === 'context' || name === 'dockerfile' ? `_${name}` : name;
      folders[local] = folderAt(context.path);
      options[`context:${name}`] = `local:${local}`;
    } else options[`context:${name}`] = context.kind === 'image' ? `docker-image://${context.reference}` : context.address;
  }
  // A frontend of a `# syntax=` line that could not do it must say so.
  return contexts.length === 0
    ? { folders, options }
    : { folders, options: { ...options, 'frontend.caps': 'moby.buildkit.frontend.contexts+forward' } };
}

async function gatewayFor({ client }: BuildKit, { build, service }: BuildRequest): Promise<string> {
  if (build.extra_hosts?.some((entry) => entry.endsWith('host-gateway')) !== true) return '';
  const gateway = (await workerLabels(client))['org.mobyproject.buildkit.worker.moby.host-gateway-ip'];
  if (gateway) return gateway;
  throw new MusterError(
    'UNSUPPORTED',
    `service "${service}": the engine does not say what host-gateway in build.extra_hosts is`,
    {
      hint: 'write the address itself',
    },
  );
}
