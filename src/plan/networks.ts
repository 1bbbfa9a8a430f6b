// Networks of an `up`: missing ones are made; one whose configuration changed is made anew, which everything attached to it must leave first.

import type { Observed, ObservedReplica } from '#model/observed.ts';
import type { Project, Service } from '#model/project.ts';
import type { Services } from './dependencies.ts';
import type { DraftStep, PlanDraft } from './draft.ts';
import { runtimeOf } from './placed.ts';

export type NetworkSteps = {
  /** By runtime and key (`onRuntime`): the step after which the network can be used; absent when it is there already. */
  readonly made: ReadonlyMap<string, DraftStep>;
  /** Networks that are made anew. */
  readonly diverged: readonly DivergedNetwork[];
};

export type DivergedNetwork = {
  readonly runtime: string;
  readonly key: string;
  readonly name: string;
  readonly attached: readonly ObservedReplica[];
  readonly remove: DraftStep;
  readonly create: DraftStep;
};

export function addNetworks(draft: PlanDraft, project: Project, observed: Observed, services: Services): NetworkSteps {
  const made = new Map<string, DraftStep>();
  const diverged: DivergedNetwork[] = [];
  const known = new Map(observed.networks.map((network) => [onRuntime(network.runtime, network.name), network]));
  for (const { runtime, key } of usedNetworks(services)) {
    const network = project.networks[key];
    if (network === undefined || network.external === true) continue;
    const about = { runtime, subject: { type: 'network', key, name: network.name } } as const;
    const found = known.get(onRuntime(runtime, network.name));
    if (found === undefined)
      made.set(onRuntime(runtime, key), draft.add({ ...about, kind: 'create-network', cause: 'not found' }));
    else if (!found.ours)
      draft.notes.push(
        `network ${network.name} was not made for this project and is used as it is; \`external: true\` would say so in the file`,
      );
    else if (differs(found.configHash, project.networkHashes[key])) {
      const cause = 'its configuration changed';
      const remove = draft.add({ ...about, kind: 'remove-network', cause });
      const create = draft.add({ ...about, kind: 'create-network', cause, after: [remove] });
      made.set(onRuntime(runtime, key), create);
      const attached = observed.replicas
        .filter((replica) => replica.runtime === runtime && replica.networks.includes(network.name))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      diverged.push({ runtime, key, name: network.name, attached, remove, create });
    }
  }
  return { made, diverged };
}

export type Used = { readonly runtime: string; readonly key: string };

/** In name order. */
export function usedNetworks(services: Services): Used[] {
  return usedIn(services, (service) => Object.keys(service.networks ?? {}));
}

/** What services use of their runtimes, each once: two engines with one key have a thing each. */
export function usedIn(services: Services, keysOf: (service: Service) => readonly string[]): Used[] {
  const used = new Map<string, Used>();
  for (const service of Object.values(services)) {
    const runtime = runtimeOf(service);
    for (const key of keysOf(service)) used.set(onRuntime(key, runtime), { runtime, key });
  }
  return [...used].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

/** Neither part has a space. */
export const onRuntime = (runtime: string, key: string): string => `${runtime} ${key}`;

/** What was made by others carries no hash: nothing to compare, nothing to change. */
export function differs(recorded: string, wanted: string | undefined): boolean {
  return recorded !== '' && wanted !== undefined && wanted !== '' && recorded !== wanted;
}
