// What carries a service: by the rules before it is planned, by its binding afterwards.

import { localHostName } from '#model/host-location.ts';
import { defaultRules, runtimeNameOf } from '#model/placement.ts';
import type { Project, Service } from '#model/project.ts';
import type { PlacementRules } from '#model/placement.ts';
import type { TraitsByRuntime } from '#model/runtime-traits.ts';

export type Placing = { readonly project: Pick<Project, 'extensions'>; readonly placement?: PlacementRules };

/** Name of the runtime that is to carry the service. */
export function carrierOf(service: Service | undefined, { project, placement = defaultRules }: Placing): string {
  return runtimeNameOf(project, service, placement);
}

/** Where the runtime's ports are: two runtimes of one machine can't both hold a port. */
export function hostOf(runtimes: TraitsByRuntime | undefined, runtime: string): string {
  return runtimes?.[runtime]?.place?.host ?? localHostName;
}

const binding = 'x-muster-runtime';

export function boundTo(runtime: string, service: Service): Service {
  return { ...service, [binding]: runtime };
}

/** Of a service that `carriedServices` has bound: all that steps are made for. */
export function runtimeOf(service: Service | undefined): string {
  const runtime = service?.[binding];
  if (typeof runtime !== 'string') throw new Error('a step is made for a service that no runtime was chosen for');
  return runtime;
}
