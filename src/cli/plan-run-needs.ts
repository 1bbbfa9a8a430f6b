// What a one-off replica needs before it can start: networks and volumes, and what its service depends on, in the state it asks for.

import type { View } from '#apply/change.ts';
import type { Plan, Step } from '#model/plan.ts';
import { dependenciesOf } from '#plan/dependencies.ts';
import { sealPlan } from '#plan/draft.ts';
import { serviceOf } from '#plan/select.ts';
import type { UpOptions } from '#plan/options.ts';
import { carrierOf } from '#plan/placed.ts';
import { planUp } from '#plan/up.ts';

/** `then`: what follows, for a plan that is only shown. */
export function planRunNeeds(view: View, service: string, options: UpOptions, then: readonly string[]): Plan {
  // The service's own replicas go on as they are: with none wanted and none seen, only what surrounds it is planned.
  const observed = { ...view.observed, replicas: view.observed.replicas.filter((replica) => replica.service !== service) };
  const plan = planUp({ ...view, observed, options: { ...options, services: [service], scale: { [service]: 0 } } }, 'run');
  const waits = options.noDeps === true ? [] : waitSteps(view, service, plan.steps);
  const { schemaVersion: _version, digest: _digest, ...rest } = plan;
  return sealPlan({ ...rest, steps: [...plan.steps, ...waits], notes: [...plan.notes, ...then] });
}

function waitSteps(view: View, service: string, steps: readonly Step[]): Step[] {
  const { project } = view;
  const wanted = project.services[service] ?? project.disabledServices[service];
  if (wanted === undefined) return [];
  return Object.entries(dependenciesOf(wanted))
    .filter(([name]) => name in project.services && project.services[name]?.provider === undefined)
    .map(([name, { condition, required }], index) => ({
      id: steps.length + index + 1,
      kind: 'wait-dependency',
      subject: { type: 'service', service: name },
      runtime: carrierOf(serviceOf(project, name), view),
      cause: `${service} needs it`,
      changes: [],
      after: steps.filter((step) => subjectService(step) === name).map((step) => step.id),
      options: { condition, ...(required ? {} : { optional: true }) },
    }));
}

const subjectService = ({ subject }: Step): string | null =>
  subject.type === 'replica' || subject.type === 'service' ? subject.service : null;
