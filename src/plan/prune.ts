// What a build has left without a name.

import type { Observed } from '#model/observed.ts';
import type { Plan } from '#model/plan.ts';
import { basisOf } from './basis.ts';
import { carriedServices } from './carried.ts';
import { PlanDraft } from './draft.ts';
import { imageOf, imageSeen } from './image-reference.ts';
import type { PlanInput } from './options.ts';
import { runtimeOf } from './placed.ts';
import { selectServices } from './select.ts';

export type PruneOptions = {
  readonly services: readonly string[];
  /** The images as they were. */
  readonly before: Observed['images'];
};

/** Removes the images that the services had before and that were built anew since, unless they have another name. */
export function planPrune(input: PlanInput<PruneOptions> & { readonly options: PruneOptions }): Plan {
  const { project, observed, options } = input;
  const draft = new PlanDraft();
  const seen = new Set<string>();
  for (const [name, service] of Object.entries(carriedServices(input, selectServices(project, options.services, true)))) {
    const runtime = runtimeOf(service);
    const reference = imageOf(project, name, service) ?? '';
    const old = options.before[runtime]?.[reference]?.id;
    if (old === undefined || old === imageSeen(observed, runtime, reference)?.id || seen.has(`${runtime} ${old}`)) continue;
    seen.add(`${runtime} ${old}`);
    draft.add({
      kind: 'remove-image',
      runtime,
      subject: { type: 'image', service: name, reference: old },
      cause: `${reference} was built anew`,
      options: { onlyUnnamed: true },
    });
  }
  return draft.finish({ project: project.name, verb: 'prune', basis: basisOf(input, options) });
}
