// Stopping goes against the arrows: a service stops after everything that depends on it has stopped.

import type { ObservedReplica } from '#model/observed.ts';
import { type Services, dependentsOf, inDependencyOrder } from './dependencies.ts';
import type { DraftStep } from './draft.ts';

type Stopping<Result> = { readonly replica: ObservedReplica; readonly result: Result };

/** Calls `add` for every replica, dependents first, with the steps that it comes after: the last ones of its service's dependents. */
export function stopDependentsFirst<Result extends { readonly stop?: DraftStep; readonly remove?: DraftStep }>(
  services: Services,
  replicas: readonly ObservedReplica[],
  add: (replica: ObservedReplica, after: readonly DraftStep[]) => Result,
): Stopping<Result>[] {
  const byService = Map.groupBy(replicas, (replica) => replica.service);
  const dependents = dependentsOf(services);
  // After these, a service (and all that depends on it, however far) has stopped.
  const stopped = new Map<string, readonly DraftStep[]>();
  const results: Stopping<Result>[] = [];
  const unknown = [...byService.keys()].filter((name) => !Object.hasOwn(services, name)).sort();
  for (const name of [...unknown, ...inDependencyOrder(services).toReversed()]) {
    const after = [...new Set((dependents.get(name) ?? []).flatMap((dependent) => stopped.get(dependent) ?? []))];
    const own = (byService.get(name) ?? []).sort(byNumber).map((replica) => ({ replica, result: add(replica, after) }));
    results.push(...own);
    const last = own.flatMap(({ result }) => result.stop ?? []);
    // A service with nothing to stop passes on what its dependents wait for.
    stopped.set(name, last.length > 0 ? last : after);
  }
  return results;
}

function byNumber(a: ObservedReplica, b: ObservedReplica): number {
  return a.number - b.number || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
