// Which image a tag means now: the registry is asked through the engine, as for a pull, and nothing is pulled.

import type { DistributionInspect } from '#engine/api/image.ts';
import type { Environment } from '#engine/docker-config.ts';
import type { Engine } from '#engine/engine.ts';
import { refusalOf } from '#engine/engine.ts';
import { MusterError } from '#lib/errors.ts';
import { authHeader, credentialsFor } from './credentials.ts';
import { enginePath } from './engine-path.ts';
import { fullReference, parseReference } from './reference.ts';
import { registryHint } from './registry-hint.ts';

export type ResolveOptions = {
  readonly signal: AbortSignal;
  /** The process environment: where Docker's configuration is. */
  readonly environment: Environment;
};

/** `redis:7` becomes `docker.io/library/redis:7@sha256:…`; one that has a digest loses its tag. Throws IMAGE_UNRESOLVED. */
export async function resolveDigest(engine: Engine, text: string, options: ResolveOptions): Promise<string> {
  const reference = parseReference(text);
  if (reference === null)
    throw new MusterError('IMAGE_UNRESOLVED', `"${text}" is no image reference`, {
      hint: 'write it like registry/name:tag, in lower case',
    });
  if (reference.digest !== '') return fullReference({ ...reference, tag: '' });
  const { credentials, problem } = await credentialsFor(reference.registry, options.environment, options.signal);
  const path = `/distribution/${enginePath(fullReference(reference))}/json`;
  const headers: Record<string, string> = credentials === null ? {} : { 'x-registry-auth': authHeader(credentials) };
  try {
    const { Descriptor } = await engine.json<DistributionInspect>({ path, headers, signal: options.signal });
    return fullReference({ ...reference, digest: Descriptor.digest });
  } catch (cause) {
    const reason = refusalOf(cause)?.message;
    if (reason === undefined) throw cause;
    const aside = problem === null ? '' : ` (${problem})`;
    throw new MusterError('IMAGE_UNRESOLVED', `no digest for ${text}: ${reason.trim()}${aside}`, {
      hint: registryHint(reason, reference.registry, credentials !== null),
      cause,
    });
  }
}
