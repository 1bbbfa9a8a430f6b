// Digests of what a plan was computed from: the wanted model, and those observed facts that decide.

import { type Json, digestOf } from '#lib/canonical-json.ts';
import type { Plan } from '#model/plan.ts';
import { defaultRules } from '#model/placement.ts';
import type { Project } from '#model/project.ts';
import type { PlanInput } from './options.ts';

export function basisOf(input: PlanInput<unknown>, options: Json): Plan['basis'] {
  const { project, observed, musterHashes } = input;
  return {
    model: digestOf({ model: modelDigest(project), musterHashes, options, placement: input.placement ?? defaultRules }),
    observed: digestOf({
      replicas: [...observed.replicas]
        .sort(byName)
        .map((replica) => [
          replica.id,
          replica.name,
          replica.state,
          replica.health,
          replica.imageId,
          replica.musterHash || replica.configHash,
        ]),
      networks: [...observed.networks].sort(byName).map((network) => [network.id, network.name, network.configHash]),
      volumes: [...observed.volumes].sort(byName).map((volume) => [volume.name, volume.configHash]),
      images: mapValues(observed.images, (images) => mapValues(images, (image) => image?.id ?? null)),
    }),
  };
}

// The order in which an engine lists things says nothing.
const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;

function mapValues<Value>(record: Readonly<Record<string, Value>>, change: (value: Value) => Json): Record<string, Json> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

/** Digest of the wanted model: the hashes cover its content, without any secret. */
export function modelDigest(project: Project): string {
  return digestOf({
    name: project.name,
    services: project.configHashes,
    networks: project.networkHashes,
    volumes: project.volumeHashes,
    scale: Object.fromEntries(
      Object.entries(project.services).map(([name, service]) => [name, service.scale ?? service.deploy?.replicas]),
    ),
  });
}
