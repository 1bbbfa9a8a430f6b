// All services of an `up`: decided in dependency order, because who joins a replaced replica's namespace is replaced with it.

import { hashedService } from '#model/hashed-service.ts';
import { joinedService } from '#model/joined-service.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { HashRules, Service } from '#model/project.ts';
import { type Decision, decideService } from './decide-service.ts';
import { type Services, dependenciesOf, inDependencyOrder, namespaceParents } from './dependencies.ts';
import { imageOf, imageSeen } from './image-reference.ts';
import { sourceDigests } from './muster-hashes.ts';
import type { PlanInput, UpOptions } from './options.ts';
import { runtimeOf } from './placed.ts';
import { isUp } from './replica-slots.ts';
import { wantedReplicas } from './scale.ts';

export type Decisions = {
  /** In dependency order. */
  readonly byService: ReadonlyMap<string, Decision>;
  /** Services whose running replicas are restarted although they are up to date, and why. */
  readonly restarts: ReadonlyMap<string, string>;
};

export function decideAll(
  input: PlanInput<UpOptions>,
  services: Services,
  recreatedVolumes: readonly ObservedReplica[],
  /** Services that can't be compared, because they refer to addresses that are not known yet. */
  unknown: ReadonlySet<string> = new Set(),
): Decisions {
  const { project, observed, options = {} } = input;
  const replicas = Map.groupBy(observed.replicas, (replica) => replica.service);
  const named = new Set(options.services?.length ? options.services : Object.keys(services));
  const losingVolume = new Set(recreatedVolumes.map((replica) => replica.id));
  const present = new Set(observed.replicas.map((replica) => replica.id));
  const byService = new Map<string, Decision>();
  for (const name of inDependencyOrder(services)) {
    // The order is made of these very keys.
    const service = services[name] as Service;
    const decision = decideService({
      project,
      name,
      service,
      replicas: replicas.get(name) ?? [],
      count: wantedReplicas(service, name, options.scale),
      configHash: unknown.has(name)
        ? ''
        : (joinedHash(input, [name, service], byService, '2.40') ?? project.configHashes[name] ?? ''),
      v5ConfigHash: joinedHash(input, [name, service], byService, 'v5') ?? project.v5ConfigHashes?.[name] ?? '',
      musterHash: unknown.has(name) ? '' : (input.musterHashes[name] ?? ''),
      imageId: imageSeen(observed, runtimeOf(service), imageOf(project, name, service))?.id ?? null,
      sources: sourceDigests(service, input.sources ?? new Map()),
      recreate: recreateFor(named.has(name), options),
      mustReplace: (replica) =>
        losingVolume.has(replica.id) ? 'a volume that it uses is made anew' : lostParent(replica, service, byService, present),
      separator: options.separator ?? '-',
    });
    byService.set(name, decision);
  }
  return { byService, restarts: findRestarts(services, byService) };
}

/** What Docker Compose would record for a service that joins replicas; null for all others. */
function joinedHash(
  { project, serviceHash }: PlanInput<UpOptions>,
  [name, service]: readonly [string, Service],
  decided: ReadonlyMap<string, Decision>,
  rules: HashRules,
): string | null {
  if (serviceHash === undefined || namespaceParents(service).length === 0) return null;
  const joined = joinedService(service, (parent) => firstByName(decided.get(parent)?.kept ?? [])?.id);
  return joined === null ? null : serviceHash(hashedService(project, name, joined), rules);
}

function firstByName(replicas: readonly ObservedReplica[]): ObservedReplica | undefined {
  return [...replicas].sort((a, b) => (a.name < b.name ? -1 : 1))[0];
}

function recreateFor(isNamed: boolean, options: UpOptions): 'diverged' | 'force' | 'never' {
  if (options.recreate === 'never') return 'never';
  if (isNamed) return options.renewAnonymousVolumes === true ? 'force' : (options.recreate ?? 'diverged');
  return options.alwaysRecreateDeps === true ? 'force' : 'diverged';
}

/** Why a replica that joined another's namespace can't go on; null when it can. */
function lostParent(
  replica: ObservedReplica,
  service: Service,
  decided: ReadonlyMap<string, Decision>,
  present: ReadonlySet<string>,
): string | null {
  const parents = namespaceParents(service);
  if (parents.length === 0) return null;
  const gone = replica.joins?.find((id) => !present.has(id));
  if (gone !== undefined) return 'the replica that it joined is gone';
  for (const parent of parents) {
    const decision = decided.get(parent);
    if (decision === undefined) continue;
    const stays = decision.kept.some((kept) => replica.joins === undefined || replica.joins.includes(kept.id));
    // A replaced parent may be any of several; without knowing which was joined, one that goes is reason enough.
    const goes = decision.replaced.some((each) => replica.joins === undefined || replica.joins.includes(each.old?.id ?? ''));
    if (goes || !stays) return `it joins ${parent}, which is ${decision.replaced.length > 0 ? 'replaced' : 'made anew'}`;
  }
  return null;
}

/** `restart: true` of depends_on: who needs a replaced service is restarted, and who needs that one likewise. */
function findRestarts(services: Services, decisions: ReadonlyMap<string, Decision>): ReadonlyMap<string, string> {
  const restarts = new Map<string, string>();
  for (const [name, decision] of decisions) {
    const service = services[name];
    if (service === undefined) continue;
    for (const [dependency, how] of Object.entries(dependenciesOf(service))) {
      if (how.restart !== true) continue;
      const changes = decisions.get(dependency)?.replaced.some((each) => each.old !== null) === true;
      if (!changes && !restarts.has(dependency)) continue;
      if (decision.kept.some(isUp) || decision.replaced.some((each) => each.old !== null && isUp(each.old)))
        restarts.set(name, `it depends on ${dependency}, which is ${changes ? 'replaced' : 'restarted'}`);
      break;
    }
  }
  return restarts;
}
