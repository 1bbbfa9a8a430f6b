// Pulls one image through the engine.

import type { Engine } from '#engine/engine.ts';
import { refusalOf } from '#engine/engine.ts';
import type { ProgressLine } from '#engine/api/image.ts';
import type { Environment } from '#engine/docker-config.ts';
import { MusterError } from '#lib/errors.ts';
import { authHeader, credentialsFor } from './credentials.ts';
import { inspectImage } from './local-images.ts';
import { PullProgress } from './pull-progress.ts';
import { familiarReference, parseReference } from './reference.ts';
import type { Reference } from './reference.ts';
import { registryHint } from './registry-hint.ts';

export type PullOptions = {
  readonly platform?: string;
  readonly signal: AbortSignal;
  /** All layers in one line. */
  readonly progress?: (text: string) => void;
  /** The process environment: where Docker's configuration is. */
  readonly environment: Environment;
};

/** Throws IMAGE_PULL_FAILED with the registry's own words, IMAGE_MISSING when the pull ended well and the image is not there. */
export async function pullImage(engine: Engine, reference: string, options: PullOptions): Promise<{ readonly imageId: string }> {
  const wanted = parseReference(reference);
  if (wanted === null)
    throw new MusterError('IMAGE_PULL_FAILED', `"${reference}" is no image reference`, {
      hint: 'write it like registry/name:tag, in lower case',
    });
  const { credentials, problem } = await credentialsFor(wanted.registry, options.environment, options.signal);
  const headers: Record<string, string> = credentials === null ? {} : { 'x-registry-auth': authHeader(credentials) };
  await follow(engine, wanted, headers, options).catch((error: unknown) => {
    const reason = error instanceof PullRefusal ? error.message : refusalOf(error)?.message;
    throw reason === undefined
      ? error
      : pullFailed(reference, wanted, reason, { problem, loggedIn: credentials !== null, cause: error });
  });
  const image = await inspectImage(engine, reference, options.signal);
  if (image === null)
    throw new MusterError('IMAGE_MISSING', `${reference} was pulled but is not on the engine`, {
      hint: 'see whether something removes images there',
    });
  return { imageId: image.Id };
}

/** What the engine says within the stream, once it has begun. */
class PullRefusal extends Error {}

async function follow(engine: Engine, wanted: Reference, headers: Record<string, string>, options: PullOptions): Promise<void> {
  const progress = new PullProgress();
  let shown = '';
  const lines = engine.lines<ProgressLine>({
    path: '/images/create',
    method: 'POST',
    query: {
      fromImage: familiarReference({ ...wanted, tag: '', digest: '' }),
      tag: wanted.digest || wanted.tag,
      platform: options.platform || undefined,
    },
    headers,
    signal: options.signal,
  });
  for await (const line of lines) {
    if (line.error !== undefined || line.errorDetail !== undefined)
      throw new PullRefusal(line.errorDetail?.message ?? line.error ?? 'no reason given');
    const text = progress.add(line);
    if (text === null || text === shown) continue;
    shown = text;
    options.progress?.(text);
  }
}

type Circumstances = { readonly problem: string | null; readonly loggedIn: boolean; readonly cause: unknown };

function pullFailed(
  reference: string,
  { registry }: Reference,
  reason: string,
  { problem, loggedIn, cause }: Circumstances,
): MusterError {
  const aside = problem === null ? '' : ` (${problem})`;
  return new MusterError('IMAGE_PULL_FAILED', `can't pull ${reference}: ${reason.trim()}${aside}`, {
    hint: registryHint(reason, registry, loggedIn),
    cause,
  });
}
