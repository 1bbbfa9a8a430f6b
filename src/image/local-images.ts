// Images that the engine has.

import type { Engine } from '#engine/engine.ts';
import { refusalOf } from '#engine/engine.ts';
import type { ImageInspect, ImageListed, ImageRemoved } from '#engine/api/image.ts';
import { enginePath } from './engine-path.ts';

/** By reference or id; null: not there. */
export async function inspectImage(engine: Engine, reference: string, signal?: AbortSignal): Promise<ImageInspect | null> {
  return engine.json<ImageInspect>({ path: `/images/${enginePath(reference)}/json`, signal }).catch(nullIfMissing);
}

export async function listImages(
  engine: Engine,
  filters: { readonly labels?: readonly string[]; readonly references?: readonly string[]; readonly signal?: AbortSignal } = {},
): Promise<readonly ImageListed[]> {
  const { labels = [], references = [], signal } = filters;
  // A filter without values matches nothing.
  const named = {
    label: labels.length > 0 ? labels : undefined,
    reference: references.length > 0 ? references : undefined,
  };
  return engine.json<ImageListed[]>({ path: '/images/json', query: { filters: named }, signal });
}

/** False when it was not there. A container that uses it is a refusal (409), unless `force`. */
export async function removeImage(
  engine: Engine,
  reference: string,
  options: { force?: boolean; signal?: AbortSignal } = {},
): Promise<boolean> {
  const query = { force: options.force === true || undefined };
  const request = { path: `/images/${enginePath(reference)}`, method: 'DELETE', query, signal: options.signal } as const;
  return (await engine.json<ImageRemoved[]>(request).catch(nullIfMissing)) !== null;
}

/** Another name for an image. `target` is `name` or `name:tag`. */
export async function tagImage(
  engine: Engine,
  reference: string,
  target: { repo: string; tag: string },
  signal?: AbortSignal,
): Promise<void> {
  await engine.json({ path: `/images/${enginePath(reference)}/tag`, method: 'POST', query: target, signal });
}

function nullIfMissing(error: unknown): null {
  if (refusalOf(error)?.status === 404) return null;
  throw error;
}
