// Networks of an `up`: missing ones are made; one whose configuration changed is made anew, which everything attached to it must leave first.

import type { Observed, ObservedReplica } from '#model/observed.ts';
import type { Project } from '#model/project.ts';
import type { Services } from './dependencies.ts';
import type { DraftStep, PlanDraft } from './draft.ts';

export type NetworkSteps = {
  /** By key: the step after which the network can be used; absent when it is there already. */
  readonly made: ReadonlyMap<string, DraftStep>;
  /** Networks that are made anew. */
  readonly diverged: readonly DivergedNetwork[];
};

export type DivergedNetwork = {
  readonly key: string;
  readonly name: string;
  readonly attached: readonly ObservedReplica[];
  readonly remove: DraftStep;
  readonly create: DraftStep;
};

export function addNetworks(draft: PlanDraft, project: Project, observed: Observed, services: Services): NetworkSteps {
  const made = new Map<string, DraftStep>();
  const diverged: DivergedNetwork[] = [];
  const known = new Map(observed.networks.map((network) => [network.name, network]));
  for (const key of usedNetworks(services)) {
    const network = project.networks[key];
    if (network === undefined || network.external === true) continue;
    const subject = { type: 'network', key, name: network.name } as const;
    const found = known.get(network.name);
    if (found === undefined) made.set(key, draft.add({ kind: 'create-network', subject, cause: 'not found' }));
    else if (!found.ours)
      draft.notes.push(
        `network ${network.name} was not made for this project and is used as it is; \`external: true\` would say so in the file`,
      );
    else if (differs(found.configHash, project.networkHashes[key])) {
      const cause = 'its configuration changed';
      const remove = draft.add({ kind: 'remove-network', subject, cause });
      const create = draft.add({ kind: 'create-network', subject, cause, after: [remove] });
      made.set(key, create);
      const attached = observed.replicas
        .filter((replica) => replica.networks.includes(network.name))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      diverged.push({ key, name: network.name, attached, remove, create });
    }
  }
  return { made, diverged };
}

/** Keys, in name order. */
export function usedNetworks(services: Services): string[] {
  const keys = new Set<string>();
  for (const service of Object.values(services)) for (const key of Object.keys(service.networks ?? {})) keys.add(key);
  return [...keys].sort();
}

/** What was made by others carries no hash: nothing to compare, nothing to change. */
export function differs(recorded: string, wanted: string | undefined): boolean {
  return recorded !== '' && wanted !== undefined && wanted !== '' && recorded !== wanted;
}
