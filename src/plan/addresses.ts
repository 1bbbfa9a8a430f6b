// What a reference to another service's address means to the service that uses it. The answer depends on who asks: a container finds
// another container at its address in a network of both, and a native process at its host's; a process finds all at home.

import { MusterError } from '#lib/errors.ts';
import type { Observed, ObservedReplica, ReplicaAddress } from '#model/observed.ts';
import type { PlacementRules } from '#model/placement.ts';
import type { Project, Service } from '#model/project.ts';
import type { Reference } from '#model/reference.ts';
import type { RuntimePlace, TraitsByRuntime } from '#model/runtime-traits.ts';
import { isUp } from './replica-slots.ts';
import { carrierOf } from './placed.ts';
import { serviceOf } from './select.ts';

export type World = {
  readonly project: Project;
  readonly observed: Observed;
  readonly runtimes?: TraitsByRuntime;
  readonly placement?: PlacementRules;
};

/** `why` completes "`${db.ip}`: …". */
export type Found = { readonly value: string } | { readonly why: string };

/** What `reference` means to the service called `viewer` now. */
export function addressOf(reference: Reference, viewer: string, world: World): Found {
  const targets = world.observed.replicas
    .filter((replica) => replica.service === reference.service && !replica.oneOff && replica.replaces === null && isUp(replica))
    .sort((a, b) => a.number - b.number);
  const from = viewpointOf(viewer, world);
  const [first] = targets;
  if (first === undefined) return { why: `no replica of ${reference.service} runs` };
  const { wish } = reference;
  if (wish.kind === 'ip') return ipOf(first, from, world);
  if (wish.kind === 'port') return portOf(first, wish.target, from, world);
  const ips = targets.map((target) => ipOf(target, from, world));
  const failed = ips.find((found) => 'why' in found);
  return failed ?? { value: ips.map((found) => ('value' in found ? found.value : '')).join(',') };
}

/** The error for a reference that has no value although everything that it needs should run. */
export function unresolved(service: string, reference: Reference, why: string): MusterError {
  return new MusterError('REFERENCE_UNRESOLVED', `service ${service}: ${reference.text}: ${why}`, {
    hint: `see what ${reference.service} does: muster ps -a ${reference.service}`,
  });
}

type Viewpoint = {
  readonly runtime: string;
  readonly place: RuntimePlace | null;
  /** Names on the engine, in the file's order; null for whoever has its host's network. */
  readonly networks: readonly string[] | null;
};

function viewpointOf(name: string, world: World): Viewpoint {
  const service = serviceOf(world.project, name);
  const runtime = carrierOf(service, world);
  const hasNetworks = (world.runtimes?.[runtime]?.networks ?? true) && service?.network_mode === undefined;
  return { runtime, place: placeOf(runtime, world), networks: hasNetworks ? networksOf(service, world.project) : null };
}

function networksOf(service: Service | undefined, project: Project): string[] {
  return Object.keys(service?.networks ?? {}).flatMap((key) => project.networks[key]?.name ?? []);
}

function placeOf(runtime: string, world: World): RuntimePlace | null {
  return world.runtimes?.[runtime]?.place ?? null;
}

/** How `from` reaches the replica: at an address of its own, or at its host's, where only what it publishes is reachable. */
type Way =
  | { readonly kind: 'own'; readonly address: ReplicaAddress }
  | { readonly kind: 'host'; readonly ip: string }
  | { readonly kind: 'none'; readonly why: string };

function wayTo(target: ObservedReplica, from: Viewpoint, world: World): Way {
  const place = placeOf(target.runtime, world);
  const addresses = target.addresses ?? [];
  // What answers for itself wherever it is asked from: a remote API.
  const everywhere = addresses.find((address) => address.network === '' && address.gateway === '');
  if (everywhere !== undefined && !isLoopback(everywhere.ip)) return { kind: 'own', address: everywhere };
  if (place?.host !== from.place?.host) {
    if (place === null)
      return { kind: 'none', why: `${target.name} runs on this machine, which ${from.place?.host ?? ''} has no address for` };
    return { kind: 'host', ip: place.address };
  }
  const own = from.networks === null ? addresses : addresses.filter(({ network }) => from.networks?.includes(network));
  const [address] = own.filter(({ network }) => network !== '');
  if (address !== undefined) return { kind: 'own', address };
  if (from.networks === null) return { kind: 'host', ip: '127.0.0.1' };
  if (addresses.some(({ network }) => network !== ''))
    return { kind: 'none', why: `it shares no network with ${target.service}` };
  const gateway = gatewayOf(from.networks, world.observed);
  return gateway === null
    ? { kind: 'none', why: `none of its networks has an address of the host, where ${target.name} runs` }
    : { kind: 'host', ip: gateway };
}

function gatewayOf(networks: readonly string[], { networks: known, replicas }: Observed): string | null {
  for (const name of networks) {
    const gateway =
      known.find((network) => network.name === name)?.gateway ??
      replicas.flatMap((replica) => replica.addresses ?? []).find((address) => address.network === name)?.gateway;
    if (gateway !== undefined && gateway !== '') return gateway;
  }
  return null;
}

const isLoopback = (ip: string): boolean => ip.startsWith('127.') || ip === '::1';

function ipOf(target: ObservedReplica, from: Viewpoint, world: World): Found {
  const way = wayTo(target, from, world);
  if (way.kind === 'none') return { why: way.why };
  return { value: way.kind === 'own' ? way.address.ip : way.ip };
}

function portOf(target: ObservedReplica, port: number, from: Viewpoint, world: World): Found {
  const way = wayTo(target, from, world);
  if (way.kind === 'none') return { why: way.why };
  const published = target.ports.find((each) => each.target === port && each.hostPort > 0)?.hostPort;
  if (way.kind === 'own' && way.address.network !== '') return { value: String(port) };
  // A process that does not say what it listens on listens on the port that is asked for.
  const isNative = world.runtimes?.[target.runtime]?.networks === false;
  if (published === undefined && !isNative)
    return { why: `${target.name} does not publish port ${port}, and is on another host` };
  return { value: String(published ?? port) };
}
