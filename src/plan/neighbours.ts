// Where programs of one host find services of the project that are in no network of theirs: on the host itself, or on others.

import type { HostAddresses } from '#model/host-names.ts';
import type { Project, Service } from '#model/project.ts';
import type { PlacementRules } from '#model/placement.ts';
import type { TraitsByRuntime } from '#model/runtime-traits.ts';
import { carrierOf, hostOf } from './placed.ts';

export type Neighbourhood = {
  readonly project: Project;
  readonly placement?: PlacementRules;
  readonly runtimes: TraitsByRuntime;
};

/**
 * Names that a container on `runtime`, a runtime with networks, is told, each with its address: the engine's word for its own host for what
 * shares that one's network, the other host's for what runs elsewhere.
 */
export function hostServices(
  runtime: string,
  neighbourhood: Neighbourhood,
  addresses: HostAddresses,
): Readonly<Record<string, string>> {
  const { runtimes } = neighbourhood;
  if (runtimes[runtime]?.networks !== true) return {};
  const host = hostOf(runtimes, runtime);
  const near = carried(neighbourhood).filter(
    ({ carrier }) => runtimes[carrier]?.networks === false && hostOf(runtimes, carrier) === host,
  );
  return {
    ...Object.fromEntries(near.map(({ name }) => [name, ownHost])),
    ...Object.fromEntries(servicesElsewhere(runtime, neighbourhood, addresses).map(({ name, ip }) => [name, ip])),
  };
}

/** https://docs.docker.com/reference/cli/docker/container/run/#add-host */
const ownHost = 'host-gateway';

export type ServiceElsewhere = { readonly name: string; readonly service: Service; readonly ip: string };

/** What runs on other hosts than `runtime` does, where those can be reached from everywhere; there what it publishes is found. */
export function servicesElsewhere(runtime: string, neighbourhood: Neighbourhood, addresses: HostAddresses): ServiceElsewhere[] {
  const { runtimes } = neighbourhood;
  const here = hostOf(runtimes, runtime);
  return carried(neighbourhood).flatMap(({ name, service, carrier }) => {
    const host = hostOf(runtimes, carrier);
    const ip = addresses[host];
    return host === here || ip === undefined ? [] : [{ name, service, ip }];
  });
}

/** Whose runtime runs something, in name order. */
function carried({ project, placement, runtimes }: Neighbourhood): { name: string; service: Service; carrier: string }[] {
  return Object.entries(project.services)
    .filter(([, { provider }]) => provider === undefined)
    .map(([name, service]) => ({ name, service, carrier: carrierOf(service, { project, placement }) }))
    .filter(({ carrier }) => runtimes[carrier] !== undefined && runtimes[carrier].attachesOnly !== true)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
