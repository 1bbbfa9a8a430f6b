// Builds one image with the Engine's own builder.

import type { Engine } from '#engine/engine.ts';
import { refusalOf } from '#engine/engine.ts';
import type { ProgressLine } from '#engine/api/image.ts';
import type { Environment } from '#engine/docker-config.ts';
import { MusterError } from '#lib/errors.ts';
import { BuildOutput } from './build-output.ts';
import { buildInputOf } from './build-input.ts';
import type { BuildInput } from './build-input.ts';
import { buildQuery, checkBuildKeys } from './build-query.ts';
import type { BuildRequest } from './build-query.ts';
import { registryConfigHeader } from './credentials.ts';
import { proxyVariables } from '#engine/proxies.ts';

export type BuildContext = {
  readonly signal: AbortSignal;
  /** One line of the builder's own output. */
  readonly output: (text: string) => void;
  /** The step at work, in one line. */
  readonly progress?: (text: string) => void;
  /** The process environment: where Docker's configuration is. */
  readonly environment: Environment;
};

export type BuiltImage = { readonly imageId: string; readonly warnings: readonly string[] };

/** Throws BUILD_INPUT and UNSUPPORTED before anything is sent, BUILD_FAILED with the failing step's last lines. */
export async function buildImage(engine: Engine, request: BuildRequest, context: BuildContext): Promise<BuiltImage> {
  const warnings = checkBuildKeys(request);
  const input = await buildInputOf(request.build, request.service);
  const output = new BuildOutput();
  try {
    await follow(engine, request, input, context, output);
  } catch (error) {
    const refusal = refusalOf(error);
    throw refusal === null ? error : failed(request.service, refusal.message, output, error);
  }
  if (output.failure !== null) throw failed(request.service, output.failure, output);
  if (output.imageId === '') throw failed(request.service, 'the builder ended without an image', output);
  return { imageId: output.imageId, warnings };
}

async function follow(
  engine: Engine,
  request: BuildRequest,
  input: BuildInput,
  { signal, output: print, progress, environment }: BuildContext,
  output: BuildOutput,
): Promise<void> {
  const registryConfig = await registryConfigHeader(environment, signal);
  const lines = engine.lines<ProgressLine>({
    path: '/build',
    method: 'POST',
    query: {
      ...buildQuery(request, proxyVariables(environment, engine.endpoint)),
      dockerfile: input.dockerfile,
      remote: input.kind === 'remote' ? input.remote : undefined,
    },
    headers: {
      'content-type': 'application/x-tar',
      ...(registryConfig === null ? {} : { 'x-registry-config': registryConfig }),
    },
    ...(input.kind === 'local' ? { body: await input.pack() } : {}),
    signal,
  });
  for await (const line of lines) {
    const step = output.step;
    for (const text of output.add(line)) print(text);
    if (output.step !== step) progress?.(output.step);
  }
  for (const text of output.end()) print(text);
}

function failed(service: string, reason: string, { step, lastLines }: BuildOutput, cause?: unknown): MusterError {
  const place = step === '' ? '' : ` at ${step.replace(/^Step (\d+\/\d+) : /, 'step $1 (')})`;
  const tail = lastLines.map((line) => `\n  ${line}`).join('');
  return new MusterError('BUILD_FAILED', `the build of service "${service}" failed${place}: ${reason.trim()}${tail}`, {
    hint: hintFor(reason),
    cause,
  });
}

function hintFor(reason: string): string {
  if (/buildkit/i.test(reason))
    return 'this Dockerfile needs BuildKit, which muster does not drive yet: build it with docker buildx and name it with image:';
  if (/pull access denied|manifest .*(unknown|not found)|no such host|repository .* not found/i.test(reason))
    return 'the base image in FROM can not be had: check its name, log in to its registry, or build it first';
  if (/dockerfile parse error|unknown instruction|no build stage/i.test(reason))
    return 'correct the Dockerfile at the place named above';
  if (/COPY failed|ADD failed/.test(reason)) return 'check the path, and that .dockerignore does not leave it out';
  return 'the last lines of the step say why; `muster build` shows all of them';
}
