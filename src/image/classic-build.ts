// Builds one image with the Engine's classic builder.

import type { Engine } from '#engine/engine.ts';
import { refusalOf } from '#engine/engine.ts';
import type { ProgressLine } from '#engine/api/image.ts';
import type { MusterError } from '#lib/errors.ts';
import { buildFailure } from './build-failure.ts';
import { BuildOutput } from './build-output.ts';
import { buildInputOf } from './build-input.ts';
import type { BuildInput } from './build-input.ts';
import { buildQuery, ignoredByProducts } from './build-query.ts';
import type { BuildContext, BuildRequest, BuiltImage } from './build-request.ts';
import { registryConfigHeader } from './credentials.ts';
import { proxyVariables } from '#engine/proxies.ts';

/** Throws BUILD_INPUT before anything is sent, BUILD_FAILED with the failing step's last lines. */
export async function buildClassically(engine: Engine, request: BuildRequest, context: BuildContext): Promise<BuiltImage> {
  const warnings = ignoredByProducts(request.build, request.service);
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
  const place = step === '' ? '' : step.replace(/^Step (\d+\/\d+) : (.*)$/, 'step $1 ($2)');
  return buildFailure(service, reason, { place, lastLines }, cause);
}
