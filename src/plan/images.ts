// Images come first, and providers: what must be pulled, built or asked before replicas can be planned (ARCHITECTURE.md says why that is a
// plan of its own).

import { MusterError, throwAll } from '#lib/errors.ts';
import type { ObservedImage } from '#model/observed.ts';
import type { Plan } from '#model/plan.ts';
import type { Project, Service } from '#model/project.ts';
import { basisOf } from './basis.ts';
import { carriedServices } from './carried.ts';
import type { Services } from './dependencies.ts';
import { type DraftStep, PlanDraft } from './draft.ts';
import type { BuildOptions, ImageOptions, PlanInput, PullOptions } from './options.ts';
import { imageOf, imageSeen } from './image-reference.ts';
import { pullInterval } from './pull-interval.ts';
import { runtimeOf } from './placed.ts';
import { addProviders, withoutProviders } from './providers.ts';
import { wantedReplicas } from './scale.ts';
import { namedServices, selectServices } from './select.ts';

/** The steps of an `up`, `create` or `run` that come first. */
export function planImages(input: PlanInput<ImageOptions> & { readonly options: ImageOptions }): Plan {
  const { project, observed, options } = input;
  const selected = selectServices(project, options.services, options.noDeps);
  const services = withImages(input, withoutProviders(selected));
  const draft = new PlanDraft();
  const images = new ImageSteps(draft, project, services);
  const problems: MusterError[] = [];
  const builtHere = options.noBuild === true ? new Set<string>() : builtReferences(project, services);
  for (const [name, service] of Object.entries(services)) {
    if (wantedReplicas(service, name, options.scale) === 0) continue;
    const reference = imageOf(project, name, service);
    if (reference === null) {
      problems.push(noImage(name));
      continue;
    }
    const need = neededStep(service, imageSeen(observed, runtimeOf(service), reference), options);
    // A neighbour builds it: no registry has it.
    if (need?.kind === 'pull' && service.build === undefined && builtHere.has(`${runtimeOf(service)} ${reference}`)) continue;
    if (need?.kind === 'pull') images.pull(name, reference, need.cause, need.ignoreFailure);
    if (need?.kind === 'build') images.build({ name, reference, runtime: runtimeOf(service) }, need.cause, {});
  }
  throwAll(problems);
  addProviders(draft, selected);
  return draft.finish({ project: project.name, verb: 'images', basis: basisOf(input, options) });
}

/** `pull`. */
export function planPull(input: PlanInput<PullOptions>): Plan {
  const { project, observed, options = {} } = input;
  const named = namedServices(project, options.services);
  const services = withImages(input, options.includeDeps === true ? selectServices(project, named) : pick(project, named));
  const draft = new PlanDraft();
  const images = new ImageSteps(draft, project, services);
  for (const [name, service] of Object.entries(services)) {
    if (service.image === undefined || service.pull_policy === 'never' || service.pull_policy === 'build') {
      draft.unchanged.push(name);
      continue;
    }
    const isBuildable = service.build !== undefined;
    const isHere = imageSeen(observed, runtimeOf(service), service.image) !== null;
    const ifMissing = options.policy === 'missing' || (options.policy === undefined && isMissingPolicy(service.pull_policy));
    if ((isBuildable && options.ignoreBuildable === true) || (ifMissing && isHere)) draft.unchanged.push(name);
    else images.pull(name, service.image, 'pull was asked for', isBuildable || options.ignorePullFailures === true);
  }
  return draft.finish({ project: project.name, verb: 'pull', basis: basisOf(input, options) });
}

/** `build`. */
export function planBuild(input: PlanInput<BuildOptions>): Plan {
  const { project, options = {} } = input;
  const named = namedServices(project, options.services);
  const services = withImages(input, options.withDependencies === true ? selectServices(project, named) : pick(project, named));
  const draft = new PlanDraft();
  const images = new ImageSteps(draft, project, services);
  for (const [name, service] of Object.entries(services)) {
    const reference = imageOf(project, name, service);
    if (service.build === undefined || reference === null) continue;
    const built = { name, reference, runtime: runtimeOf(service) };
    images.build(built, 'build was asked for', { noCache: options.noCache, pull: options.pull });
  }
  return draft.finish({ project: project.name, verb: 'build', basis: basisOf(input, options) });
}

/** Services whose runtime makes replicas from images. */
function withImages(input: PlanInput<unknown>, services: Services): Services {
  const carried = Object.entries(carriedServices(input, services));
  return Object.fromEntries(carried.filter(([, service]) => input.runtimes?.[runtimeOf(service)]?.images !== false));
}

/** With the runtime that has it. */
function builtReferences(project: Project, services: Services): Set<string> {
  return new Set(
    Object.entries(services).flatMap(([name, service]) =>
      service.build === undefined ? [] : `${runtimeOf(service)} ${imageOf(project, name, service)}`,
    ),
  );
}

function noImage(name: string): MusterError {
  return new MusterError('COMPOSE_INVALID', `service ${name} has neither an image nor a build section`, {
    hint: 'add `image:` or `build:`',
  });
}

type Need = { readonly kind: 'pull' | 'build'; readonly cause: string; readonly ignoreFailure: boolean };

/** What a service's pull_policy, the flags and the image that is here come to. */
function neededStep(service: Service, image: ObservedImage | null, options: ImageOptions): Need | null {
  const canBuild = service.build !== undefined && options.noBuild !== true;
  const policy = options.pull ?? service.pull_policy ?? '';
  const build = (cause: string): Need => ({ kind: 'build', cause, ignoreFailure: false });
  const pull = (cause: string): Need => ({ kind: 'pull', cause, ignoreFailure: image !== null && policy !== 'always' });
  if (canBuild && options.build === true) return build('--build');
  if (canBuild && policy === 'build') return build('pull_policy: build');
  if (service.image !== undefined && policy === 'always')
    return pull(options.pull === undefined ? 'pull_policy: always' : '--pull always');
  if (image !== null) {
    const interval = pullInterval(policy);
    const isOld = interval !== null && image.taggedAt !== undefined && options.now - image.taggedAt >= interval;
    return isOld && service.image !== undefined ? pull(`pull_policy: ${policy}, and the image is older`) : null;
  }
  // Where both are possible the build is ours and needs no registry.
  if (canBuild) return build('no image yet');
  // Nothing may fetch it: creating the replica says so with the image's name.
  if (policy === 'never' || service.image === undefined) return null;
  return pull('not on this machine');
}

const isMissingPolicy = (policy: string | undefined): boolean => policy === 'missing' || policy === 'if_not_present';

function pick(project: Project, names: readonly string[]): Services {
  const all = { ...project.disabledServices, ...project.services };
  return Object.fromEntries(names.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])));
}

/** One step per image, however many services share it. A build that takes another service's image comes after that one's. */
class ImageSteps {
  readonly #draft: PlanDraft;
  readonly #project: Project;
  readonly #services: Services;
  readonly #pulls = new Map<string, DraftStep>();
  readonly #builds = new Map<string, DraftStep>();

  constructor(draft: PlanDraft, project: Project, services: Services) {
    this.#draft = draft;
    this.#project = project;
    this.#services = services;
  }

  pull(name: string, reference: string, cause: string, ignoreFailure: boolean): void {
    const service = this.#services[name];
    const runtime = runtimeOf(service);
    const key = `${runtime} ${reference} ${service?.platform ?? ''}`;
    if (this.#pulls.has(key)) return;
    const step = this.#draft.add({
      kind: 'pull-image',
      subject: { type: 'image', service: name, reference },
      runtime,
      cause,
      options: ignoreFailure ? { ignoreFailure } : {},
    });
    this.#pulls.set(key, step);
  }

  build(
    { name, reference, runtime }: { readonly name: string; readonly reference: string; readonly runtime: string },
    cause: string,
    options: { readonly noCache?: boolean; readonly pull?: boolean },
  ): DraftStep {
    const key = `${runtime} ${name}`;
    const known = this.#builds.get(key);
    if (known !== undefined) return known;
    const service = this.#services[name];
    const step = this.#draft.add({
      kind: 'build-image',
      subject: { type: 'image', service: name, reference },
      runtime,
      cause,
      options,
    });
    this.#builds.set(key, step);
    for (const context of Object.values(service?.build?.additional_contexts ?? {})) {
      if (!context.startsWith('service:')) continue;
      const other = context.slice('service:'.length);
      const base = this.#project.services[other] ?? this.#project.disabledServices[other];
      const otherReference = base === undefined ? null : imageOf(this.#project, other, base);
      if (otherReference !== null && base?.build !== undefined)
        // Whoever builds from it needs it on the same engine, wherever the other one runs.
        this.#draft.addIfAcyclic(
          step,
          this.build({ name: other, reference: otherReference, runtime }, `service ${name} is built from it`, options),
        );
    }
    return step;
  }
}
