// For showing: the steps of images and providers, and what follows, as one plan. What an image step yields is not known yet, so it says whom
// that may replace.

import type { Plan, Step } from '#model/plan.ts';
import type { Project } from '#model/project.ts';
import { sealPlan } from './draft.ts';
import { imageOf } from './image-reference.ts';

/** `rest` was planned with the images that are here now. */
export function combinePlans(images: Plan, rest: Plan, project: Project): Plan {
  if (images.steps.length === 0) return rest;
  const shift = images.steps.length;
  const stepByReference = new Map(
    images.steps.flatMap((step): [string, number][] =>
      step.subject.type === 'image' ? [[step.subject.reference, step.id]] : [],
    ),
  );
  const referenceOf = (service: string): string => {
    const found = project.services[service];
    return found === undefined ? '' : (imageOf(project, service, found) ?? '');
  };
  const providerSteps = new Map(
    images.steps.flatMap((step): [string, number][] => (step.kind === 'run-provider' ? [[serviceNamed(step), step.id]] : [])),
  );
  const neededBy = (service: string): number[] =>
    [
      stepByReference.get(referenceOf(service)),
      ...Object.keys(project.services[service]?.depends_on ?? {}).map((other) => providerSteps.get(other)),
    ].filter((id) => id !== undefined);
  const moved = rest.steps.map((step): Step => {
    const first = step.kind === 'create-replica' ? neededBy(serviceNamed(step)) : [];
    return { ...step, id: step.id + shift, after: [...first, ...step.after.map((id) => id + shift)] };
  });
  return sealPlan({
    project: rest.project,
    verb: rest.verb,
    steps: [...images.steps, ...moved],
    notes: [
      ...images.notes,
      ...rest.notes,
      ...mayBeReplaced(rest, project, (service) => stepByReference.has(referenceOf(service))),
    ],
    unchanged: rest.unchanged,
    basis: rest.basis,
  });
}

const serviceNamed = ({ subject }: Step): string => ('service' in subject ? subject.service : '');

function mayBeReplaced(rest: Plan, project: Project, imageMayChange: (service: string) => boolean): string[] {
  const unchanged = new Set(rest.unchanged);
  return Object.keys(project.services)
    .filter(imageMayChange)
    .flatMap((service) => {
      const names = [...unchanged].filter((name) => serviceOfName(name, service, project));
      return names.length === 0 ? [] : [`${names.join(', ')} will be replaced if the new image differs`];
    });
}

function serviceOfName(name: string, service: string, project: Project): boolean {
  if (project.services[service]?.container_name === name) return true;
  return [`${project.name}-${service}-`, `${project.name}_${service}_`].some(
    (prefix) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)),
  );
}
