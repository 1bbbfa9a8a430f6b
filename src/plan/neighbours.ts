// Services that share their host's network: a container on that host finds them at the host's address.

import type { Project } from '#model/project.ts';
import type { PlacementRules } from '#model/placement.ts';
import type { TraitsByRuntime } from '#model/runtime-traits.ts';
import { carrierOf, hostOf } from './placed.ts';

export type Neighbourhood = {
  readonly project: Project;
  readonly placement?: PlacementRules;
  readonly runtimes: TraitsByRuntime;
};

/** Names of those that run on the host of `runtime`, itself a runtime with networks; in name order. */
export function hostServices(runtime: string, { project, placement, runtimes }: Neighbourhood): string[] {
  if (runtimes[runtime]?.networks !== true) return [];
  const host = hostOf(runtimes, runtime);
  return Object.keys(project.services)
    .filter((name) => {
      if (project.services[name]?.provider !== undefined) return false;
      const carrier = carrierOf(project.services[name], { project, placement });
      const traits = runtimes[carrier];
      return traits?.networks === false && traits.attachesOnly !== true && hostOf(runtimes, carrier) === host;
    })
    .sort();
}
