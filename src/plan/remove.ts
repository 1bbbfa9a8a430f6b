// `rm`: removes what has stopped, with -s also what runs.

import type { Plan } from '#model/plan.ts';
import { basisOf } from './basis.ts';
import { PlanDraft } from './draft.ts';
import type { PlanInput, RemoveOptions } from './options.ts';
import { addRemoval } from './removal.ts';
import { isUp } from './replica-slots.ts';
import { stopDependentsFirst } from './reverse-order.ts';
import { replicasOf } from './stop.ts';

export function planRemove(input: PlanInput<RemoveOptions>): Plan {
  const { project, observed, options = {} } = input;
  const draft = new PlanDraft();
  const replicas = replicasOf(project, observed, options.services);
  const going = options.stop === true ? replicas : replicas.filter((replica) => !isUp(replica));
  draft.unchanged.push(...replicas.filter((replica) => !going.includes(replica)).map((replica) => replica.name));
  if (going.length < replicas.length)
    draft.notes.push(`${replicas.length - going.length} running and left alone; --stop stops and removes those too`);
  stopDependentsFirst({ ...project.disabledServices, ...project.services }, going, (replica, stopAfter) =>
    addRemoval(draft, {
      replica,
      cause: 'removal was asked for',
      timeoutSeconds: options.timeoutSeconds,
      volumes: options.volumes,
      stopAfter,
    }),
  );
  return draft.finish({ project: project.name, verb: 'rm', basis: basisOf(input, options) });
}
