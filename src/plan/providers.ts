// Services that a program of their own looks after (`provider:`). No runtime carries them: what is planned for the others goes on without
// them, but with the variables that their programs give.

import type { Provided } from '#model/provided.ts';
import { hashedService } from '#model/hashed-service.ts';
import { providerRuntime } from '#model/plan.ts';
import type { HashRules, Project, Service } from '#model/project.ts';
import { type Services, dependentsOf, inDependencyOrder } from './dependencies.ts';
import type { DraftStep, PlanDraft } from './draft.ts';

/** The services that runtimes carry; nothing waits for the others. */
export function withoutProviders(services: Services): Services {
  const isProvided = (name: string): boolean => services[name]?.provider !== undefined;
  if (!Object.keys(services).some(isProvided)) return services;
  const kept = Object.entries(services).filter(([name]) => !isProvided(name));
  return Object.fromEntries(kept.map(([name, service]) => [name, withoutDependencies(service, isProvided)]));
}

function withoutDependencies(service: Service, isGone: (name: string) => boolean): Service {
  const all = Object.entries(service.depends_on ?? {});
  const kept = all.filter(([name]) => !isGone(name));
  return kept.length === all.length ? service : { ...service, depends_on: Object.fromEntries(kept) };
}

/** Runs the programs, those that others depend on first, and after all that the draft holds. */
export function addProviders(draft: PlanDraft, services: Services): void {
  const before = [...draft.steps];
  const added = new Map<string, DraftStep>();
  for (const name of inDependencyOrder(services)) {
    const service = services[name];
    if (service?.provider === undefined) continue;
    const others = Object.keys(service.depends_on ?? {}).map((other) => added.get(other));
    added.set(
      name,
      draft.add({
        kind: 'run-provider',
        subject: { type: 'service', service: name },
        runtime: providerRuntime,
        cause: `${service.provider.type} looks after it`,
        after: [...before, ...others],
      }),
    );
  }
}

export type ProviderEnd = {
  readonly kind: 'stop-provider' | 'end-provider';
  readonly cause: string;
  /** What becomes of the service's replicas: the first and the last step of each. */
  readonly stepsOf: (service: string) => readonly { readonly first: DraftStep; readonly last: DraftStep }[];
};

/** For the providers of `names`. Dependents go before, and what the service itself depends on stays until its program is done. */
export function addProviderEnds(
  draft: PlanDraft,
  services: Services,
  names: ReadonlySet<string>,
  { kind, cause, stepsOf }: ProviderEnd,
): void {
  const dependents = dependentsOf(services);
  const added = new Map<string, DraftStep>();
  for (const name of inDependencyOrder(services).toReversed()) {
    if (services[name]?.provider === undefined || !names.has(name)) continue;
    const before = (dependents.get(name) ?? []).flatMap((dependent) => [
      added.get(dependent),
      ...stepsOf(dependent).map(({ last }) => last),
    ]);
    const subject = { type: 'service', service: name } as const;
    const end = draft.add({ kind, subject, runtime: providerRuntime, cause, after: before });
    added.set(name, end);
    for (const needed of Object.keys(services[name].depends_on ?? {}))
      for (const { first } of stepsOf(needed)) draft.addIfAcyclic(first, end);
  }
}

/** Of `services`, those that get variables from a program that has not run yet, and from whose. */
export function awaitingProviders(services: Services, provided: Provided = {}): ReadonlyMap<string, readonly string[]> {
  const awaiting = new Map<string, readonly string[]>();
  for (const [name, { depends_on = {} }] of Object.entries(services)) {
    const open = Object.keys(depends_on).filter(
      (other) => services[other]?.provider !== undefined && !Object.hasOwn(provided, other),
    );
    if (open.length > 0) awaiting.set(name, open);
  }
  return awaiting;
}

/**
 * The project with what the programs gave: variables of those who depend on them directly, and hashes with these, as Docker Compose has
 * them. Later providers win over earlier ones, and both over the file.
 */
export function withProvided(
  project: Project,
  provided: Provided,
  hash: ((service: Service, rules?: HashRules) => string) | undefined,
): Project {
  const services = { ...project.services };
  const configHashes = { ...project.configHashes };
  const v5ConfigHashes = { ...project.v5ConfigHashes };
  for (const [name, service] of Object.entries(project.services)) {
    const variables = Object.keys(service.depends_on ?? {}).flatMap((other) => Object.entries(provided[other] ?? {}));
    if (variables.length === 0) continue;
    const given: Service = { ...service, environment: { ...service.environment, ...Object.fromEntries(variables) } };
    services[name] = given;
    const hashed = hashedService(project, name, given);
    configHashes[name] = hash?.(hashed) ?? '';
    v5ConfigHashes[name] = hash?.(hashed, 'v5') ?? '';
  }
  return { ...project, services, configHashes, v5ConfigHashes };
}
