// What all runtimes of a project see, as one.

import type { Observed } from '#model/observed.ts';
import type { ObserveQuery, Runtime } from '#runtime/runtime.ts';

export async function observeAll(runtimes: Iterable<Runtime>, query: ObserveQuery): Promise<Observed> {
  const seen = await Promise.all([...runtimes].map((runtime) => runtime.observe(query)));
  const [only] = seen;
  if (only !== undefined && seen.length === 1) return only;
  return {
    project: query.project,
    replicas: seen.flatMap((each) => each.replicas),
    networks: seen.flatMap((each) => each.networks),
    volumes: seen.flatMap((each) => each.volumes),
    images: mergeImages(seen),
    heldPorts: seen.flatMap((each) => each.heldPorts),
    refusals: seen.flatMap((each) => each.refusals ?? []),
  };
}

/** One that has the image knows more than one that has not. */
function mergeImages(seen: readonly Observed[]): Observed['images'] {
  const images: Record<string, Observed['images'][string]> = {};
  for (const { images: own } of seen)
    for (const [reference, image] of Object.entries(own)) images[reference] = image ?? images[reference] ?? null;
  return images;
}
