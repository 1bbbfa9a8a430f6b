// What `down` does: dependents stop before what they depend on, then networks, and volumes and images only if asked.

import type { Observed, ObservedReplica } from '#model/observed.ts';
import type { Plan } from '#model/plan.ts';
import type { Project, Service } from '#model/project.ts';
import { basisOf } from './basis.ts';
import { type DraftStep, PlanDraft } from './draft.ts';
import { builtImageName } from '#model/names.ts';
import type { DownOptions, PlanInput } from './options.ts';
import { addOrphans } from './orphans.ts';
import { carrierOf } from './placed.ts';
import { addProviderEnds } from './providers.ts';
import { type RemovalSteps, addRemoval } from './removal.ts';
import { stopDependentsFirst } from './reverse-order.ts';
import { namedServices } from './select.ts';

export function planDown(input: PlanInput<DownOptions>): Plan {
  const { project, observed, options = {} } = input;
  const named = new Set(namedServices(project, options.services));
  const everything = (options.services ?? []).length === 0;
  const draft = new PlanDraft();
  const removals = removeServices(draft, project, observed, options, (service) =>
    everything ? isInFile(project, service) : named.has(service),
  );
  const orphans = addOrphans(draft, project, observed, options);
  const going = [...removals, ...orphans];
  endProviders(draft, project, everything ? new Set(Object.keys(project.services)) : named, removals);
  const gone = new Set(going.map(({ remove }) => (remove.subject.type === 'replica' ? remove.subject.id : null)));
  const staying = observed.replicas.filter((replica) => !gone.has(replica.id));
  removeNetworks(draft, project, observed, going, staying);
  if (options.volumes === true) removeVolumes(draft, project, observed, going, staying);
  if (options.removeImages !== undefined) removeImages(draft, input, [...named], options.removeImages, going);
  if (draft.steps.length === 0) draft.notes.push(`nothing of project ${project.name} is there to remove`);
  return draft.finish({ project: project.name, verb: 'down', basis: basisOf(input, options) });
}

const isInFile = (project: Project, service: string): boolean =>
  Object.hasOwn(project.services, service) || Object.hasOwn(project.disabledServices, service);

/** One-off replicas go with their service. */
function removeServices(
  draft: PlanDraft,
  project: Project,
  observed: Observed,
  options: DownOptions,
  includes: (service: string) => boolean,
): RemovalSteps[] {
  const stops = stopDependentsFirst(
    { ...project.disabledServices, ...project.services },
    observed.replicas.filter((replica) => includes(replica.service) && replica.state !== 'removing'),
    (replica, stopAfter) => {
      const { timeoutSeconds, volumes } = options;
      return addRemoval(draft, { replica, cause: 'down was asked for', timeoutSeconds, volumes, stopAfter });
    },
  );
  return stops.map(({ result }) => result);
}

function endProviders(draft: PlanDraft, project: Project, names: ReadonlySet<string>, removals: readonly RemovalSteps[]): void {
  const removed = Map.groupBy(removals, ({ remove: { subject } }) => (subject.type === 'replica' ? subject.service : ''));
  addProviderEnds(draft, { ...project.disabledServices, ...project.services }, names, {
    kind: 'end-provider',
    cause: 'down was asked for',
    stepsOf: (service) => (removed.get(service) ?? []).map(({ stop, remove }) => ({ first: stop ?? remove, last: remove })),
  });
}

function removeNetworks(
  draft: PlanDraft,
  project: Project,
  observed: Observed,
  going: readonly RemovalSteps[],
  staying: readonly ObservedReplica[],
): void {
  for (const network of [...observed.networks].sort(byName)) {
    // A network that the file no longer has is still the project's own by its label.
    if (!network.ours || project.networks[network.key]?.external === true) continue;
    const uses = (replica: ObservedReplica): boolean =>
      replica.runtime === network.runtime && replica.networks.includes(network.name);
    const user = staying.find(uses);
    if (user !== undefined) {
      draft.notes.push(`network ${network.name} is kept: ${user.name} uses it`);
      continue;
    }
    draft.add({
      kind: 'remove-network',
      runtime: network.runtime,
      subject: { type: 'network', key: network.key, name: network.name },
      cause: 'down was asked for',
      after: removalsOf(going, observed, uses),
    });
  }
}

/** Only those that the project made, and that the file still names: a volume of an earlier file may hold what nobody thinks of. */
function removeVolumes(
  draft: PlanDraft,
  project: Project,
  observed: Observed,
  going: readonly RemovalSteps[],
  staying: readonly ObservedReplica[],
): void {
  const wanted = new Map(Object.entries(project.volumes).map(([key, volume]) => [volume.name, { key, volume }]));
  for (const found of [...observed.volumes].sort(byName)) {
    const known = wanted.get(found.name);
    if (!found.ours || known === undefined || known.volume.external === true) continue;
    const uses = (replica: ObservedReplica): boolean => replica.runtime === found.runtime && replica.volumes.includes(found.name);
    const user = staying.find(uses);
    if (user !== undefined) {
      draft.notes.push(`volume ${found.name} is kept: ${user.name} uses it`);
      continue;
    }
    draft.add({
      kind: 'remove-volume',
      runtime: found.runtime,
      subject: { type: 'volume', key: known.key, name: found.name },
      cause: '--volumes: its data is lost',
      after: removalsOf(going, observed, uses),
    });
  }
}

function removeImages(
  draft: PlanDraft,
  input: PlanInput<DownOptions>,
  services: readonly string[],
  which: 'all' | 'local',
  going: readonly RemovalSteps[],
): void {
  const { project, observed } = input;
  const seen = new Set<string>();
  for (const name of services) {
    const reference = imageToRemove(project, name, project.services[name], which);
    if (reference === null) continue;
    for (const runtime of runtimesWithImage(name, input)) {
      const key = `${runtime} ${reference}`;
      if (seen.has(key) || observed.images[runtime]?.[reference] === null) continue;
      seen.add(key);
      draft.add({
        kind: 'remove-image',
        runtime,
        subject: { type: 'image', service: name, reference },
        cause: `--rmi ${which}`,
        after: going.map(({ remove }) => remove),
      });
    }
  }
}

/** Where the service is, else where it would be. */
function runtimesWithImage(service: string, input: PlanInput<DownOptions>): string[] {
  const carriers = new Set(input.observed.replicas.filter((each) => each.service === service).map((each) => each.runtime));
  if (carriers.size === 0) carriers.add(carrierOf(input.project.services[service], input));
  return [...carriers].sort().filter((runtime) => input.runtimes?.[runtime]?.images !== false);
}

/** `local`: only what was built without a name of its own. */
function imageToRemove(project: Project, name: string, service: Service | undefined, which: 'all' | 'local'): string | null {
  if (service === undefined) return null;
  const generated = [builtImageName(project.name, name), builtImageName(project.name, name, '_')];
  if (service.image !== undefined && !generated.includes(service.image)) return which === 'all' ? service.image : null;
  return service.build === undefined ? null : (service.image ?? generated[0] ?? null);
}

function removalsOf(
  going: readonly RemovalSteps[],
  observed: Observed,
  uses: (replica: ObservedReplica) => boolean,
): DraftStep[] {
  const users = new Set(observed.replicas.filter(uses).map((replica) => replica.id));
  return going.flatMap(({ remove }) =>
    remove.subject.type === 'replica' && remove.subject.id !== null && users.has(remove.subject.id) ? [remove] : [],
  );
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);
