// `stop` and `kill`: what runs stops running; nothing is removed.

import type { Observed, ObservedReplica } from '#model/observed.ts';
import type { Plan } from '#model/plan.ts';
import type { Project } from '#model/project.ts';
import { basisOf } from './basis.ts';
import { PlanDraft } from './draft.ts';
import type { KillOptions, PlanInput, StopOptions } from './options.ts';
import { addOrphans } from './orphans.ts';
import { addProviderEnds } from './providers.ts';
import { timeoutOf } from './removal.ts';
import { isUp } from './replica-slots.ts';
import { stopDependentsFirst } from './reverse-order.ts';
import { namedServices } from './select.ts';
import { existing } from './subjects.ts';

export function planStop(input: PlanInput<StopOptions>): Plan {
  const { project, observed, options = {} } = input;
  const draft = new PlanDraft();
  const services = { ...project.disabledServices, ...project.services };
  const stopping = stopDependentsFirst(services, replicasOf(project, observed, options.services), (replica, after) => {
    if (!isUp(replica)) {
      draft.unchanged.push(replica.name);
      return {};
    }
    const stop = draft.add({
      kind: 'stop-replica',
      subject: existing(replica),
      runtime: replica.runtime,
      cause: 'stop was asked for',
      options: timeoutOf(options.timeoutSeconds),
      after,
    });
    return { stop };
  });
  const stops = Map.groupBy(stopping, ({ replica }) => replica.service);
  addProviderEnds(draft, services, new Set(namedServices(project, options.services)), {
    kind: 'stop-provider',
    cause: 'stop was asked for',
    stepsOf: (service) =>
      (stops.get(service) ?? []).flatMap(({ result: { stop } }) => (stop ? [{ first: stop, last: stop }] : [])),
  });
  return draft.finish({ project: project.name, verb: 'stop', basis: basisOf(input, options) });
}

/** A signal goes to all at once: it asks for no order. */
export function planKill(input: PlanInput<KillOptions>): Plan {
  const { project, observed, options = {} } = input;
  const draft = new PlanDraft();
  const signal = options.signal ?? 'SIGKILL';
  for (const replica of replicasOf(project, observed, options.services, true)) {
    if (isUp(replica))
      draft.add({
        kind: 'kill-replica',
        subject: existing(replica),
        runtime: replica.runtime,
        cause: `${signal} was asked for`,
        options: { signal },
      });
    else draft.unchanged.push(replica.name);
  }
  if (options.removeOrphans === true) addOrphans(draft, project, observed, { removeOrphans: true });
  return draft.finish({ project: project.name, verb: 'kill', basis: basisOf(input, options) });
}

/** Replicas of the named services, else of all that the file has, by service and number. */
export function replicasOf(
  project: Project,
  observed: Observed,
  names: readonly string[] | undefined,
  oneOffs = false,
): ObservedReplica[] {
  const services = new Set(namedServices(project, names));
  return observed.replicas
    .filter((replica) => services.has(replica.service) && (oneOffs || !replica.oneOff) && replica.state !== 'removing')
    .sort((a, b) => (a.service < b.service ? -1 : a.service > b.service ? 1 : a.number - b.number || (a.name < b.name ? -1 : 1)));
}
