// At which names and addresses a program in its host's own network finds the services of its project.

import type { HostAddresses, HostNames } from '#model/host-names.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { Project, Service } from '#model/project.ts';
import type { RuntimeTraits } from '#model/runtime-traits.ts';
import type { World } from './addresses.ts';
import { type Neighbourhood, servicesElsewhere } from './neighbours.ts';
import { carrierOf, hostOf } from './placed.ts';
import { isUp } from './replica-slots.ts';

/** `addresses`: of other hosts. */
export type HostNamesInput = World & Neighbourhood & { readonly addresses?: HostAddresses };

/**
 * null: who runs on `runtime` has networks of its own, or there is nobody to find in a container or on another host. Native services alone need no
 * names: all are at home, and a hosts file for each of a thousand would cost more than their start.
 */
export function hostNames(
  runtime: string,
  { project, placement, observed, runtimes, addresses = {} }: HostNamesInput,
): HostNames | null {
  if (!sharesItsHost(runtimes[runtime])) return null;
  const near = new Set(runtimesBeside(runtime, { runtimes }));
  const wanted = Object.entries(project.services)
    .map(([name, service]) => ({ name, service, carrier: carrierOf(service, { project, placement }) }))
    .filter(({ carrier }) => near.has(carrier));
  const replicas = observed.replicas
    .filter((replica) => near.has(replica.runtime) && !replica.oneOff && replica.replaces === null)
    .sort((a, b) => a.number - b.number);
  const carriers = [...wanted.map(({ carrier }) => carrier), ...replicas.map((replica) => replica.runtime)];
  const elsewhere = servicesElsewhere(runtime, { project, placement, runtimes }, addresses);
  if (elsewhere.length === 0 && carriers.every((carrier) => sharesItsHost(runtimes[carrier]))) return null;

  const found = [
    // At home they are whether they run or not.
    ...wanted
      .filter(({ carrier }) => sharesItsHost(runtimes[carrier]))
      .map(({ name, service }) => ({ names: namesOf(name, service), ip: home })),
    ...elsewhere.map(({ name, service, ip }) => ({ names: namesOf(name, service), ip })),
    ...replicas.filter(isUp).map((replica) => ({
      // Without the file, what a replica was made of says its names.
      names: [...namesOf(replica.service, replica.config ?? project.services[replica.service]), replica.name],
      ip: sharesItsHost(runtimes[replica.runtime]) ? home : addressOf(replica, observed.replicas, project),
    })),
  ];
  const pairs = found.flatMap(({ names, ip }) => (ip === null ? [] : names.map((name) => ({ name, ip }))));
  const byName = Map.groupBy(pairs, ({ name }) => name);
  return Object.fromEntries([...byName].sort(byKey).map(([name, all]) => [name, [...new Set(all.map(({ ip }) => ip))]]));
}

/** Whether a runtime with networks of its own is among them. */
export function hasContainers(names: readonly string[], { runtimes }: Pick<Neighbourhood, 'runtimes'>): boolean {
  return names.some((name) => !sharesItsHost(runtimes[name]));
}

/** All of the same host whose services can be found there; itself among them. They are to be looked at to know the names. */
export function runtimesBeside(runtime: string, { runtimes }: Pick<Neighbourhood, 'runtimes'>): string[] {
  const host = hostOf(runtimes, runtime);
  return Object.entries(runtimes)
    .filter(([name, traits]) => traits.attachesOnly !== true && hostOf(runtimes, name) === host)
    .map(([name]) => name);
}

const home = '127.0.0.1';

const sharesItsHost = (traits: RuntimeTraits | undefined): boolean =>
  traits !== undefined && !traits.networks && traits.attachesOnly !== true;

function namesOf(name: string, service: Partial<Service> | undefined): string[] {
  const aliases = Object.values(service?.networks ?? {}).flatMap((network) => network?.aliases ?? []);
  return [name, ...(service?.container_name === undefined ? [] : [service.container_name]), ...aliases];
}

/** The first in a network that the host is part of, too; null for who has none. */
function addressOf(replica: ObservedReplica, replicas: readonly ObservedReplica[], project: Project): string | null {
  const [joined] = replica.joins ?? [];
  const owner = joined === undefined ? replica : replicas.find(({ id }) => id === joined);
  if (owner === undefined) return null;
  if (owner.networks.includes('host')) return home;
  const drivers = new Map(Object.values(project.networks).map(({ name, driver }) => [name, driver ?? bridge]));
  return (owner.addresses ?? []).find(({ network }) => (drivers.get(network) ?? bridge) === bridge)?.ip ?? null;
}

const bridge = 'bridge';

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0);
